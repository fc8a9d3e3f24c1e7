using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Tests.Kernels;

/// <summary>Every kind, level and latent length against the double reference, within the budget of the kernels' contract.</summary>
public sealed class KernelAccuracyTests
{
    private const double Budget = 1.0 / (1 << 20);

    /// <summary>What a float of the smallest exponent can lose when multiplied by a value of ordinary size.</summary>
    private const double Underflow = 1e-36;

    /// <summary>Lengths of rows; fewer where an emulator runs this, because most of the time goes to the reference, with the square of the length.</summary>
#if ARM64
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 34), 64, 100, 257];
#else
    private static readonly int[] Lengths = [.. Enumerable.Range(0, 34), 64, 100, 257, 600];
#endif

    public static TheoryData<string, int, WeightType> KindsAndLatents()
    {
        var data = new TheoryData<string, int, WeightType>();
        foreach (ModelKind kind in ModelKinds.All)
        {
            foreach (int latent in kind.HasLatent ? [1, 4, 6, 8, 10, 12, 16, 20, 32] : (int[])[0])
            {
                foreach (WeightType type in latent > 16 ? [WeightType.Float32] : WeightTypes.All) data.Add(kind.Name, latent, type);
            }
        }

        return data;
    }

#if ARM64
    [LevelTheory(KernelLevel.Arm64), MemberData(nameof(KindsAndLatents))]
    public void Arm64_is_within_the_budget(string kind, int latent, WeightType type) => Check(KernelLevel.Arm64, kind, latent, type);
#else
    [LevelTheory(KernelLevel.V2), MemberData(nameof(KindsAndLatents))]
    public void V2_is_within_the_budget(string kind, int latent, WeightType type) => Check(KernelLevel.V2, kind, latent, type);

    [LevelTheory(KernelLevel.V3), MemberData(nameof(KindsAndLatents))]
    public void V3_is_within_the_budget(string kind, int latent, WeightType type) => Check(KernelLevel.V3, kind, latent, type);

    [LevelTheory(KernelLevel.V4), MemberData(nameof(KindsAndLatents))]
    public void V4_is_within_the_budget(string kind, int latent, WeightType type) => Check(KernelLevel.V4, kind, latent, type);
#endif

    public static TheoryData<string, int, WeightType> KindsAndWidths()
    {
        var data = new TheoryData<string, int, WeightType>();
        foreach (ModelKind kind in ModelKinds.All.Where(kind => kind.ExactFields is null))
        {
            foreach (int latent in kind.HasLatent ? [4, 8, 16] : (int[])[0])
            {
                foreach (WeightType type in WeightTypes.All) data.Add(kind.Name, latent, type);
            }
        }

        return data;
    }

    /// <summary>Every length up to 257, in turn with a feature a field and with several, with values and without; at every level this processor has.</summary>
    [Theory, MemberData(nameof(KindsAndWidths))]
    public void Every_length_is_within_the_budget(string kindName, int latent, WeightType type)
    {
#if ARM64
        const int longest = 100;
#else
        const int longest = 257;
#endif
        var random = new Random(latent + 11);
        using var model = new TestModel(ModelKinds.Find(kindName)!, longest, latent, 40, random, Normal, type: type);
        KernelLevel[] levels = [.. KernelLevels.Supported];
        for (int length = 0; length <= longest; length++)
        {
            bool onePerField = length % 2 == 0, ones = length % 4 < 2;
            int crowd = onePerField ? longest : Math.Max(1, length / 2);
            TestRow row = TestRow.Of(random, 40, TestRow.SomeFields(random, crowd, length, onePerField), ones ? _ => 1 : Normal);
            ReferencePairs want = model.Reference(row);
            foreach (KernelLevel level in levels)
            {
                double error = Math.Abs(model.Pairs(level, row) - want.Sum);
                Assert.True(error <= (Budget * want.Magnitude) + Underflow, $"{level}, length {length}: error {error / want.Magnitude / Budget} budgets");
            }
        }
    }

    private static void Check(KernelLevel level, string kindName, int latent, WeightType type)
    {
        ModelKind kind = ModelKinds.Find(kindName)!;
        foreach ((string name, Func<Random, float> weight) in Weights)
        {
            var random = new Random(latent + 7);
            int[] usual = kind.ExactFields is { } exact ? [0, 1, exact] : Lengths;
            CheckModel(kind.ExactFields ?? 64, usual);
            if (!kind.UsesFields) continue;

            // Numbers of fields that are no whole tiles, and those around the most that are tiled.
            foreach (int fields in (int[])[1, 2, 3, 5, 39]) CheckModel(fields, [1, 2, fields - 1, fields, fields + 2, 3 * fields]);
            foreach (int fields in latent == 4 ? [509, 510, 513] : (int[])[]) CheckModel(fields, [fields - 9, fields]);

            void CheckModel(int fields, int[] lengths)
            {
                using var model = new TestModel(kind, fields, latent, 40, random, weight, type: type);
                foreach (int length in lengths) CheckLength(level, model, random, length, name);
            }
        }
    }

    private static void CheckLength(KernelLevel level, TestModel model, Random random, int length, string weights)
    {
        foreach (bool onePerField in length <= model.Fields ? [true, false] : (bool[])[false])
        {
            int crowd = onePerField || model.Kind.ExactFields is not null ? model.Fields : Math.Max(1, length / 4);
            foreach ((string values, Func<Random, float> value) in Values)
            {
                if (length > 64 && values != "ones" && values != "real") continue;
                TestRow row = TestRow.Of(random, 40, TestRow.SomeFields(random, Math.Min(crowd, model.Fields), length, onePerField), value);
                CheckRow(
                    level, model, row, random,
                    $"{model.Kind.Name} kA={model.Weights.Latent} {model.Weights.Type} {weights} weights, {values} values, "
                    + $"length {length} of {model.Fields} fields, one per field {onePerField}");
            }
        }
    }

    private static void CheckRow(KernelLevel level, TestModel model, TestRow row, Random random, string what)
    {
        ReferencePairs want = model.Reference(row);
        Compare(model.Pairs(level, row), want, what);

        // Every way to split rows comes up again and again; all of them for every row would take minutes.
        (string Name, Predicate<TestFeature> IsContext)[] splits = Splits(row, model.Fields);
        (string split, Predicate<TestFeature> isContext) = splits[random.Next(splits.Length)];
        Compare(model.RankedPairs(level, row, isContext), want, $"{what}, {split}");
    }

    private static (string Name, Predicate<TestFeature> IsContext)[] Splits(TestRow row, int fields)
    {
        int half = row.Features.Length / 2;
        return
        [
            ("all in the context", _ => true),
            ("none in the context", _ => false),
            ("the first fields in the context", f => f.Field < fields * 5 / 8),
            ("the last fields in the context", f => f.Field >= fields / 3),
            ("fields in the middle in the context", f => f.Field > fields / 4 && f.Field < fields / 2),
            ("every other field in the context", f => f.Field % 2 == 0),
            ("fields on both sides", f => f.Position % 3 == 0),
            ("one feature in the context", f => f.Position == half),
            ("one feature in the candidate", f => f.Position != half),
        ];
    }

    private static void Compare(double got, ReferencePairs want, string what)
    {
        double error = Math.Abs(got - want.Sum);
        Assert.True(
            error <= (Budget * want.Magnitude) + Underflow,
            $"{what}: pairs {got:R}, should be {want.Sum:R}; error {error / want.Magnitude / Budget} budgets");
    }

    private static readonly (string Name, Func<Random, float> Draw)[] Weights =
    [
        ("normal", Normal),
        ("equal", _ => 0.1f),

        // Its square is rounded by nearly half a unit, the most there is, and for every pair the same way.
        ("rounding", _ => 1 + (2047f / (1 << 23))),
        ("wild", random => Normal(random) * MathF.Pow(10, random.Next(-6, 7))),
    ];

    private static readonly (string Name, Func<Random, float> Draw)[] Values =
    [
        ("ones", _ => 1),
        ("real", Normal),
        ("positive", _ => 1.1f),
        ("zero or one", random => random.Next(2)),
        ("huge", random => Normal(random) * 1e18f),
        ("overflowing", random => random.Next(2) == 0 ? float.MaxValue : -1e38f),
        ("denormal", random => random.Next(1, 100) * float.Epsilon),
        ("mixed", random => random.Next(5) switch { 0 => 0, 1 => 1e18f, 2 => 1e-12f, 3 => -1, _ => 3 }),
    ];

    private static float Normal(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
