using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Tests.Kernels;

/// <summary>Every kind, level and latent length against the double reference, within the budget of the kernels' contract.</summary>
public sealed class KernelAccuracyTests
{
    private const double Budget = 1.0 / (1 << 20);

    /// <summary>What a float of the smallest exponent can lose when multiplied by a value of ordinary size.</summary>
    private const double Underflow = 1e-36;

    public static TheoryData<string, int> KindsAndLatents()
    {
        var data = new TheoryData<string, int>();
        foreach (ModelKind kind in ModelKinds.All)
        {
            foreach (int latent in kind.HasLatent ? [1, 4, 6, 8, 10, 12, 16, 20, 32] : (int[])[0]) data.Add(kind.Name, latent);
        }

        return data;
    }

    [LevelTheory(KernelLevel.V2), MemberData(nameof(KindsAndLatents))]
    public void V2_is_within_the_budget(string kind, int latent) => Check(KernelLevel.V2, kind, latent);

    [LevelTheory(KernelLevel.V3), MemberData(nameof(KindsAndLatents))]
    public void V3_is_within_the_budget(string kind, int latent) => Check(KernelLevel.V3, kind, latent);

    [LevelTheory(KernelLevel.V4), MemberData(nameof(KindsAndLatents))]
    public void V4_is_within_the_budget(string kind, int latent) => Check(KernelLevel.V4, kind, latent);

    private static void Check(KernelLevel level, string kindName, int latent)
    {
        ModelKind kind = ModelKinds.Find(kindName)!;
        foreach ((string name, Func<Random, float> weight) in Weights)
        {
            var random = new Random(latent + 7);
            int fields = kind.ExactFields ?? 64;
            using var model = new TestModel(kind, fields, latent, 40, random, weight);
            IEnumerable<int> lengths = kind.ExactFields is { } exact ? [0, 1, exact] : [.. Enumerable.Range(0, 65), 100, 257, 600];
            foreach (int length in lengths)
            {
                foreach (bool onePerField in length <= fields ? [true, false] : (bool[])[false])
                {
                    int crowd = onePerField || kind.ExactFields is not null ? fields : Math.Max(1, length / 4);
                    foreach ((string values, Func<Random, float> value) in Values)
                    {
                        if (length > 64 && values != "ones" && values != "real") continue;
                        TestRow row = TestRow.Of(random, 40, TestRow.SomeFields(random, Math.Min(crowd, fields), length, onePerField), value);
                        CheckRow(level, model, row, $"{kindName} k={latent} {name} weights, {values} values, length {length}, one per field {onePerField}");
                    }
                }
            }
        }
    }

    private static void CheckRow(KernelLevel level, TestModel model, TestRow row, string what)
    {
        RowTerms got = model.Evaluate(level, row);
        ReferenceTerms want = model.Reference(row);
        double linear = Math.Abs(got.Linear - want.Linear), pairs = Math.Abs(got.Pairs - want.Pairs);
        Assert.True(linear <= Budget * want.LinearMagnitude, $"{what}: linear {got.Linear:R}, should be {want.Linear:R}");
        Assert.True(
            pairs <= (Budget * want.PairMagnitude) + Underflow,
            $"{what}: pairs {got.Pairs:R}, should be {want.Pairs:R}; error {pairs / want.PairMagnitude / Budget} budgets");
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
