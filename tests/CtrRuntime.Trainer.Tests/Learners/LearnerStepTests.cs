using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Tests.Shared;
using CtrRuntime.Trainer.Data;
using CtrRuntime.Trainer.Learners;

namespace CtrRuntime.Trainer.Tests.Learners;

/// <summary>One step of every learner against the definition: gradient, ridge, AdaGrad, and what must not move.</summary>
public sealed unsafe class LearnerStepTests
{
    private const int Slots = 40;
    private const int Fields = 6;

    /// <summary>Latent lengths: one register and parts of it, several, and none that is a multiple of any but the shortest.</summary>
    private static readonly int[] Latents = [4, 5, 4, 12, 16, 3, 32];

    /// <summary>Every kind, loss and shape of row.</summary>
    public static TheoryData<string, Loss, bool, bool> Cases()
    {
        var cases = new TheoryData<string, Loss, bool, bool>();
        foreach (ModelKind kind in ModelKinds.All)
            foreach (Loss loss in Enum.GetValues<Loss>())
                foreach (bool several in kind.ExactFields is null ? new[] { false, true } : [false])
                    foreach (bool values in new[] { false, true }) cases.Add(kind.Name, loss, several, values);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_step_is_that_of_the_definition(string name, Loss loss, bool severalPerField, bool realValues)
    {
        ModelKind kind = ModelKinds.Find(name)!;
        for (int seed = 1; seed <= Latents.Length; seed++)
        {
            using RowStore rows = RandomRows(new Random(seed), kind, loss, severalPerField, realValues);
            LearnerSetup setup = Setup(rows, loss, latent: kind.HasLatent ? Latents[seed - 1] : 0);
            using Learner learner = LearnerKinds.Of(kind).Create(setup);
            Dictionary<int, double> pairCounts = PairCounts(rows, setup.PairBits);
            for (uint r = 0; r < 3; r++) CheckStep(kind, learner, setup, rows[r], first: r == 0, pairCounts);
        }
    }

    [Fact]
    public void A_step_by_hand()
    {
        using var rows = new RowStore();
        rows.AddFeature(0, 0, 7, 2);
        rows.EndRow(1, 1);
        rows.AddFeature(1, 0, 8, 1);
        rows.EndRow(0, 3);
        LearnerSetup setup = Setup(rows, Loss.Logistic, 0) with { Counts = [1, 3], LinearRate = 0.5, LinearL2 = 0 };
        using Learner learner = new LrLearner(setup);

        // The bias starts at the base rate 1/4; the first row has κ = ¼ − 1 and x = 2, so that g = −1.5 and G = 1 + 2.25.
        Assert.Equal(Math.Log(1.0 / 3), learner.Bias, 12);
        double first = learner.Step(rows[0], default);
        Assert.Equal(-Math.Log(0.25), first, 12);
        double weight = 0.5 * 1.5 / Math.Sqrt(3.25);
        double bias = Math.Log(1.0 / 3) + (0.5 * 0.75 / Math.Sqrt(1 + 0.5625));
        Assert.Equal(bias, learner.Bias, 7);
        Assert.Equal(bias + (2 * weight), learner.Logit(rows[0]), 6);

        // Weight 3: the loss and the slope count three times.
        double p = 1 / (1 + Math.Exp(-bias));
        double g = 3 * p;
        Assert.Equal(-3 * Math.Log(1 - p), learner.Step(rows[1], default), 6);
        Assert.Equal(bias - (0.5 * g / Math.Sqrt(1 + 0.5625 + (g * g))), learner.Bias, 6);
    }

    [Fact]
    public void A_latent_vector_for_a_field_that_is_never_met_is_zero_and_stays_it()
    {
        using var rows = new RowStore();
        for (int r = 0; r < 2; r++)
        {
            rows.AddFeature((uint)r, 0, (ulong)r, 1);
            rows.AddFeature(2, (uint)(1 + r), 9, 1);
            rows.EndRow(r, 1);
        }

        LearnerSetup setup = Setup(rows, Loss.Logistic, 4) with { Fields = 3, Counts = [1, 1, 2] };
        using Learner learner = new FfmLearner(setup);
        for (uint r = 0; r < 2; r++) learner.Step(rows[r], default);
        double[] weights = new ReferenceLearner(ModelKinds.Find("ffm")!, learner, setup).Slots;

        // Slot 0 only meets field 1, slot 1 field 2, slot 2 field 0. A slot is 3 vectors of 4, then the linear weight: 16 floats.
        bool[] trained = [.. Enumerable.Range(0, 9).Select(block => weights.AsSpan((block / 3 * 16) + (block % 3 * 4), 4).ContainsAnyExcept(0.0))];
        Assert.Equal([false, true, false, false, false, true, true, false, false], trained);
    }

    [Fact]
    public void A_slot_that_occurs_twice_in_a_row_takes_both_steps()
    {
        // The same id in fields 0 and 2, which a hashed index can always bring about.
        using var rows = new RowStore();
        rows.AddFeature(3, 0, 3, 1);
        rows.AddFeature(5, 1, 5, 1);
        rows.AddFeature(3, 2, 3, 1);
        rows.EndRow(1, 1);
        rows.AddFeature(5, 1, 5, 1);
        rows.EndRow(0, 1);
        foreach (int latent in Latents)
        {
            LearnerSetup setup = Setup(rows, Loss.Logistic, latent) with { Fields = 3, PairL2 = 0 };
            ModelKind kind = ModelKinds.Find("ffm")!;
            using Learner learner = new FfmLearner(setup);
            var before = new ReferenceLearner(kind, learner, setup);
            setup.Loss.Evaluate(before.Logit(rows[0]), 1, out double slope);
            learner.Step(rows[0], default);
            var after = new ReferenceLearner(kind, learner, setup);

            // The vector of slot 3 for field 1 meets slot 5 from both of its fields, and is stepped once for each.
            int padded = (latent + 3) & ~3, stride = before.Slots.Length / Slots, vector = (3 * stride) + padded, partner0 = 5 * stride, partner2 = partner0 + (2 * padded);
            for (int d = 0; d < latent; d++)
            {
                double w = before.Slots[vector + d], squares = 1;
                foreach (int partner in (int[])[partner0, partner2])
                {
                    double g = slope * before.Slots[partner + d];
                    squares += g * g;
                    w -= setup.PairRate * g / Math.Sqrt(squares);
                }

                Assert.Equal(w, after.Slots[vector + d], 1e-5);
            }
        }
    }

    [Theory]
    [MemberData(nameof(TestModels.Kinds), MemberType = typeof(TestModels))]
    public void Averaging_moves_by_the_share(string name)
    {
        ModelKind kind = ModelKinds.Find(name)!;
        using RowStore rows = RandomRows(new Random(3), kind, Loss.Logistic, false, false);
        LearnerSetup setup = Setup(rows, Loss.Logistic, kind.HasLatent ? 4 : 0);
        using Learner learner = LearnerKinds.Of(kind).Create(setup);
        for (uint r = 0; r < rows.Count; r++) learner.Step(rows[r], default);
        ReferenceLearner before = new(kind, learner, setup);
        var layout = Model.SlotLayout.Of(kind.LatentBlocks(Fields), setup.Latent, WeightType.Float32);
        using var average = new AveragedModel(new Model.WeightBuffer(Slots, layout, kind.HasPairTable ? setup.PairBits : -1), 0.7);
        average.Add(learner);
        for (uint r = 0; r < rows.Count; r++) learner.Step(rows[r], default);
        ReferenceLearner after = new(kind, learner, setup);
        average.Add(learner);

        WeightTable table = average.Weights.Table(0);
        double share = 1 / 1.7;
        for (int i = 0; i < before.Slots.Length; i++)
            Assert.Equal(before.Slots[i] + (share * (after.Slots[i] - before.Slots[i])), ((float*)table.Slots)[i], 1e-6);
        for (int i = 0; i < before.Pairs.Length; i++)
            Assert.Equal(before.Pairs[i] + (share * (after.Pairs[i] - before.Pairs[i])), ((float*)table.Pairs)[i], 1e-6);
        for (int i = 0; i < before.Linear.Length; i++)
            Assert.Equal(before.Linear[i] + (share * (after.Linear[i] - before.Linear[i])), average.Weights.Linear[i], 1e-6);
        Assert.Equal(before.Bias[0] + (share * (after.Bias[0] - before.Bias[0])), average.Bias, 1e-6);
    }

    private static void CheckStep(ModelKind kind, Learner learner, LearnerSetup setup, in Row row, bool first, Dictionary<int, double> pairCounts)
    {
        var before = new ReferenceLearner(kind, learner, setup);
        double logit = before.Logit(row);
        Assert.Equal(logit, learner.Logit(row), 1e-5);
        double loss = setup.Loss.Evaluate(logit, row.Label, out double slope);
        slope *= row.Weight;
        Assert.Equal(row.Weight * loss, learner.Step(row, default), 1e-6 * (100 + (row.Weight * loss)));
        if (!first) return;

        // Accumulators are 1 before the first step only, so that this one can be foretold.
        var after = new ReferenceLearner(kind, learner, setup);
        var expectedSlots = (double[])before.Slots.Clone();
        var expectedPairs = (double[])before.Pairs.Clone();
        var expectedLinear = (double[])before.Linear.Clone();
        uint[] slots = new ReadOnlySpan<uint>(row.Slots, row.Count).ToArray();
        ushort[] fields = new ReadOnlySpan<ushort>(row.Fields, row.Count).ToArray();
        ulong[] keys = new ReadOnlySpan<ulong>(row.Keys, row.Count).ToArray();
        foreach ((double[] of, int index, double count, bool linear) in before.Touched(slots, fields, keys, setup.Counts, pairCounts))
        {
            double ridge = (linear ? setup.LinearL2 : setup.PairL2) * row.Weight / count;
            double g = (slope * before.Slope(of, index, row)) + (ridge * of[index]);
            double[] expected = linear ? expectedLinear : ReferenceEquals(of, before.Slots) ? expectedSlots : expectedPairs;
            expected[index] -= (linear ? setup.LinearRate : setup.PairRate) * g / Math.Sqrt(1 + (g * g));
        }

        AssertClose(expectedSlots, after.Slots);
        AssertClose(expectedPairs, after.Pairs);
        AssertClose(expectedLinear, after.Linear);
        Assert.Equal(before.Bias[0] - (setup.LinearRate * slope / Math.Sqrt(1 + (slope * slope))), after.Bias[0], 1e-6);
    }

    private static void AssertClose(double[] expected, double[] actual)
    {
        for (int i = 0; i < expected.Length; i++)
            if (!(Math.Abs(expected[i] - actual[i]) < 1e-5)) Assert.Fail($"weight {i} of {expected.Length} is {actual[i]}, expected {expected[i]}");
    }

    private static LearnerSetup Setup(RowStore rows, Loss loss, int latent)
    {
        var counts = new double[Slots];
        for (uint r = 0; r < rows.Count; r++)
            for (int i = 0; i < rows[r].Count; i++) counts[rows[r].Slots[i]] += rows[r].Weight;
        return new()
        {
            Rows = rows,
            Counts = counts,
            Fields = Fields,
            Loss = LossFunction.Of(loss),
            Latent = latent,
            PairBits = 20, // none of the pairs of 40 keys collide
            LinearRate = 0.3,
            PairRate = 0.7,
            LinearL2 = 2,
            PairL2 = 5,
            InitialDeviation = 0.5,
            Seed = 11,
        };
    }

    private static Dictionary<int, double> PairCounts(RowStore rows, int bits)
    {
        var counts = new Dictionary<int, double>();
        for (uint r = 0; r < rows.Count; r++)
        {
            Row row = rows[r];
            for (int i = 0; i < row.Count; i++)
                for (int j = i + 1; j < row.Count; j++)
                {
                    int entry = (int)PairHash.Entry(row.Keys[i], row.Keys[j], bits);
                    counts[entry] = counts.GetValueOrDefault(entry) + row.Weight;
                }
        }

        return counts;
    }

    // Rows of different slots, sorted by field; some fields are absent, some twice or more.
    private static RowStore RandomRows(Random random, ModelKind kind, Loss loss, bool severalPerField, bool realValues)
    {
        var rows = new RowStore();
        for (int r = 0; r < 10; r++)
        {
            int[] slots = [.. Enumerable.Range(0, Slots)];
            random.Shuffle(slots);
            int used = 0;
            for (uint field = 0; field < (kind.ExactFields ?? Fields); field++)
            {
                int count = kind.ExactFields != null ? 1 : severalPerField ? random.Next(4) : random.Next(5) > 0 ? 1 : 0;
                for (int i = 0; i < count; i++, used++)
                    rows.AddFeature((uint)slots[used], field, KeyMix.Of((ulong)slots[used]), realValues ? (float)((2 * random.NextDouble()) - 1) : 1);
            }

            float label = loss == Loss.Logistic ? r % 2 : (float)random.NextDouble() * 5;
            rows.EndRow(label, r % 3 == 0 ? 1 : (float)random.NextDouble() * 3);
        }

        return rows;
    }
}
