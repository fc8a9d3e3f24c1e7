using System.Globalization;
using System.Text;
using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Tests;

/// <summary>
/// Models, keys and scores as they were when the format was fixed, in tests/golden: today's code must read the same files and answer the same bits.
/// CTR_UPDATE_GOLDEN=1 writes them anew, for a change that is meant.
/// </summary>
public sealed class GoldenTests
{
    private const int Rows = 8;
    private static readonly string Folder = Path.Combine(Repository.Root, "tests/golden");
    private static readonly bool Update = Environment.GetEnvironmentVariable("CTR_UPDATE_GOLDEN") == "1";

    /// <summary>Every kind, and those with latent or pair weights with every type of them.</summary>
    public static TheoryData<string, WeightType> Models
    {
        get
        {
            var data = new TheoryData<string, WeightType>();
            foreach (ModelKind kind in ModelKinds.All)
            {
                foreach (WeightType type in WeightTypes.All)
                {
                    if (type == WeightType.Float32 || kind.HasLatent || kind.HasPairTable) data.Add(kind.Name, type);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void The_writer_makes_the_same_file(string kind, WeightType type)
    {
        string path = Golden(kind, type, ".ctr");
        byte[] bytes = TestModels.Bytes(ShapeOf(kind, type));
        if (Update) File.WriteAllBytes(path, bytes);
        Assert.Equal(File.ReadAllBytes(path), bytes);
    }

    [Theory]
    [MemberData(nameof(Models))]
    public void Every_level_scores_the_golden_model_to_the_same_bits(string kind, WeightType type)
    {
        string path = Golden(kind, type, ".scores.txt");
        var actual = new List<string>();
        foreach (KernelLevel level in KernelLevels.Supported)
        {
            using var model = CtrModel.Open(Golden(kind, type, ".ctr"), new CtrOpenOptions { Level = level, VerifyAll = true });
            var random = new Random(11);
            for (int r = 0; r < Rows; r++)
            {
                GoldenRow row = TestModels.RandomRow(random, ShapeOf(kind, type), model.Info.FieldCount);
                float[] score = new float[1];
                model.Score([0, (ulong)row.Keys.Length], row.Fields, row.Keys, row.Values, score);
                actual.Add($"{KernelLevels.Name(level)} {r} {BitConverter.SingleToUInt32Bits(score[0]):x8}");
            }
        }

        // A machine checks the levels that it has, and leaves the lines of the others alone.
        if (Update) File.WriteAllText(path, string.Concat(File.ReadLines(path).Where(line => !IsOurs(line)).Concat(actual).OrderBy(LevelOf).Select(line => line + "\n")));
        Assert.True(actual.Count >= Rows);
        Assert.Equal(File.ReadLines(path).Where(IsOurs), actual);

        static KernelLevel LevelOf(string line) => KernelLevels.Parse(line.Split(' ')[0])!.Value;
        static bool IsOurs(string line) => KernelLevels.IsSupported(LevelOf(line));
    }

    [Fact]
    public void Text_hashes_to_the_same_keys()
    {
        string path = Path.Combine(Folder, "keys.txt");
        var text = new StringBuilder();
        foreach (string value in new[] { "", "a", "Private", "Never-married", "naïve", new string('x', 16), new string('y', 129), new string('z', 300) })
        {
            ulong seed = FieldKeys.Seed(42, "workclass");
            text.Append(CultureInfo.InvariantCulture, $"{FieldKeys.Key(seed, Encoding.UTF8.GetBytes(value)):x16} {value}\n");
        }

        if (Update) File.WriteAllText(path, text.ToString());
        Assert.Equal(File.ReadAllText(path), text.ToString());
    }

    private static string Golden(string kind, WeightType type, string extension) =>
        Path.Combine(Folder, (type == WeightType.Float32 ? kind : $"{kind}.{type.Name()}") + extension);

    private static TestModels.Shape ShapeOf(string kind, WeightType type) =>
        new(kind) { Type = type, Slots = 40, Fields = 4, Latent = kind == "fm" ? 16 : 5, PairBits = 6, Seed = 20, Names = true };
}
