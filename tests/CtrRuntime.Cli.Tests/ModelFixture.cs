using System.Globalization;
using System.Text;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Cli.Tests;

/// <summary>A directory with a random model and libffm text that it knows most features of.</summary>
public sealed class ModelFixture : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>Three batches and a bit.</summary>
    public const int Rows = 13_000;

    public ModelFixture()
    {
        TestModels.Write(Model, new("ffm") { Seed = 3 });
        TestModels.Write(Ratings, new("fm") { Link = CtrRuntime.Model.Link.Identity });
        var random = new Random(4);
        var text = new StringBuilder();
        for (int row = 0; row < Rows; row++)
        {
            text.Append(random.Next(4) == 0 ? '1' : '0');
            for (int field = 0; field < 5; field++)
            {
                // Every hundredth feature is unknown to the model.
                ulong key = random.Next(100) == 0 ? 1_000_001 : TestModels.KeyOf(random.Next(100));
                string value = random.Next(3) == 0 ? random.NextSingle().ToString(CultureInfo.InvariantCulture) : "1";
                text.Append(CultureInfo.InvariantCulture, $" {field}:{key}:{value}");
            }

            text.Append('\n');
        }

        File.WriteAllText(Data, text.ToString());
    }

    public string Model => Path("model.ctr");

    public string Ratings => Path("ratings.ctr");

    public string Data => Path("rows.ffm");

    public string Path(string name) => _directory.File(name);

    public string Write(string name, string text)
    {
        File.WriteAllText(Path(name), text);
        return Path(name);
    }

    public void Dispose() => _directory.Dispose();
}
