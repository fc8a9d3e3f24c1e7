using CtrRuntime.Input;
using static CtrRuntime.Tests.Input.Inputs;

namespace CtrRuntime.Tests.Input;

/// <summary>Whatever the bytes are, a reader gives examples or a <see cref="CtrException"/> of <see cref="CtrStatus.Data"/>.</summary>
public sealed class MutationTests
{
    private const int Mutations = 20_000;

    private static readonly Schema Columns = new(
        KeyKind.Text, 7, [FieldSchema.Categorical("city"), FieldSchema.Numeric("price", 10, 0.5), FieldSchema.Binned("age", [18, 65])], "label", "weight");

    private static readonly Schema Counts = new(KeyKind.Text, 7, [FieldSchema.Categorical("city")], Clicks: "clicks", Impressions: "impressions");

    private static readonly (string Name, byte[] Bytes, Func<InputBuffer, ExampleReader> Open)[] Valid =
    [
        ("libffm", Utf8("1 0:1:1 1:22:0.5\n-1\t0:3:1 2:18446744073709551615:-1e-3\r\n\n0 3:4:1"), b => new LibffmReader(b, ExampleMode.Training)),
        ("libsvm", Utf8("1 1:1 22:0.5 # c\n-1\t3:1 5:-1e-3\r\n\n0 4:1"), b => new LibsvmReader(b, ExampleMode.Scoring)),
        ("csv", Utf8("label,weight,city,price,age\n1,2,Bern,10,20\r\n0,1,\"a \"\"b\"\",\nc\",,70\n0,0.5,,1e3,\"5\""),
            b => new CsvExampleReader(new CsvReader(b), Columns, ExampleMode.Training)),
        ("tsv", Utf8("city\tclicks\timpressions\na\t1\t5\n\"b\n\"\t0\t3\n"),
            b => new CsvExampleReader(new CsvReader(b, (byte)'\t'), Counts, ExampleMode.Training)),
    ];

    [Theory]
    [InlineData("libffm", false)]
    [InlineData("libffm", true)]
    [InlineData("libsvm", false)]
    [InlineData("libsvm", true)]
    [InlineData("csv", false)]
    [InlineData("csv", true)]
    [InlineData("tsv", false)]
    [InlineData("tsv", true)]
    public void Mutated_input_is_read_or_refused(string name, bool gzip)
    {
        (_, byte[] valid, Func<InputBuffer, ExampleReader> open) = Valid.Single(v => v.Name == name);
        if (gzip) valid = Gzip(valid);
        byte[] tempting = [.. "\n\r\t ,:\"#0123456789-+.eE"u8, 0, 0x1F, 0x8B, 0xEF, 0xFF];
        var random = new Random(20261124);
        var example = new Example();
        int refused = 0;
        for (int i = 0; i < Mutations; i++)
        {
            var bytes = new List<byte>(valid);
            for (int changes = random.Next(1, 4); changes > 0; changes--)
            {
                int at = random.Next(bytes.Count);
                byte value = random.Next(4) == 0 ? (byte)random.Next(256) : tempting[random.Next(tempting.Length)];
                switch (random.Next(4))
                {
                    case 0: bytes.RemoveRange(at, random.Next(Math.Min(4, bytes.Count - at))); break;
                    case 1: bytes.Insert(at, value); break;
                    default: bytes[at] = value; break;
                }
            }

            try
            {
                using ExampleReader reader = open(new InputBuffer(new MemoryStream([.. bytes]), "f", maximum: 4096));
                while (reader.Read(example))
                {
                    Assert.All(example.Values.Take(example.Count), value => Assert.True(float.IsFinite(value)));
                    Assert.True(float.IsFinite(example.Label) && float.IsFinite(example.Weight) && example.Weight >= 0);
                }
            }
            catch (CtrException error)
            {
                Assert.Equal(CtrStatus.Data, error.Status);
                Assert.Matches("^f:[0-9]+:[0-9]+: ", error.Message);
                refused++;
            }
        }

        // Both ends must occur, or the mutations would test nothing.
        Assert.InRange(refused, Mutations / 10, Mutations - 1);
    }
}
