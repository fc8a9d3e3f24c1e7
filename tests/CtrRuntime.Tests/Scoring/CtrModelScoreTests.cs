using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Scoring;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Tests.Scoring;

public sealed class CtrModelScoreTests
{
    [Theory]
    [MemberData(nameof(TestModels.Kinds), MemberType = typeof(TestModels))]
    public void An_empty_batch_an_empty_row_and_unknown_features_are_fine(string kind)
    {
        using var model = Open(new(kind));
        model.Score([0], [], [], [], []);
        float[] logits = new float[3];
        uint[] unknown = new uint[3];
        model.Score([0, 0, 2, 2], [0, 1], [ulong.MaxValue, ulong.MaxValue - 1], [], logits, logits: true, unknown);
        Assert.Equal([-1.5f, -1.5f, -1.5f], logits);
        Assert.Equal([0u, 2u, 0u], unknown);
    }

    [Theory]
    [MemberData(nameof(TestModels.Kinds), MemberType = typeof(TestModels))]
    public void A_row_scores_the_same_alone_and_in_any_batch(string kind)
    {
        using var model = Open(new(kind));
        var random = new Random(5);
        GoldenRow[] rows = [.. Enumerable.Range(0, 50).Select(_ => TestModels.RandomRow(random, new(kind), model.Info.FieldCount))];
        float[] together = new float[rows.Length];
        ScoreAll(model, rows, together);
        for (int r = 0; r < rows.Length; r++)
        {
            float[] alone = new float[1];
            ScoreAll(model, [rows[r]], alone);
            Assert.Equal(BitConverter.SingleToUInt32Bits(together[r]), BitConverter.SingleToUInt32Bits(alone[0]));
        }
    }

    [Theory]
    [MemberData(nameof(TestModels.Kinds), MemberType = typeof(TestModels))]
    public void A_row_scores_the_same_whether_unknown_features_are_counted_or_not(string kind)
    {
        using var model = Open(new(kind));
        var random = new Random(6);
        GoldenRow[] rows = [.. Enumerable.Range(0, 200).Select(_ => TestModels.RandomRow(random, new(kind), model.Info.FieldCount))];
        foreach (bool logits in new[] { false, true })
        {
            float[] plain = new float[rows.Length], counted = new float[rows.Length];
            ScoreAll(model, rows, plain, logits);
            ScoreAll(model, rows, counted, logits, new uint[rows.Length]);
            for (int r = 0; r < rows.Length; r++) Assert.Equal(BitConverter.SingleToUInt32Bits(counted[r]), BitConverter.SingleToUInt32Bits(plain[r]));
        }
    }

    [Fact]
    public void Offsets_may_start_anywhere()
    {
        using var model = Open(new("fm"));
        float[] whole = new float[2];
        float[] second = new float[1];
        ulong[] keys = [.. Enumerable.Range(0, 4).Select(TestModels.KeyOf)];
        model.Score([0, 2, 4], [], keys, [], whole);
        model.Score([2, 4], [], keys, [], second);
        Assert.Equal(whole[1], second[0]);
    }

    [Fact]
    public void Features_may_come_in_any_order_of_fields()
    {
        using var model = Open(new("ffm"));
        ulong[] keys = [.. Enumerable.Range(0, 5).Select(TestModels.KeyOf)];
        float[] scores = new float[2];
        model.Score(
            [0, 5, 10], [0, 1, 2, 3, 4, 4, 2, 0, 1, 3],
            [.. keys, keys[4], keys[2], keys[0], keys[1], keys[3]], [], scores);
        Assert.Equal(scores[0], scores[1]);
    }

    [Fact]
    public void Without_fields_a_row_is_one_feature_per_field_in_order()
    {
        using var model = Open(new("ffm"));
        ulong[] keys = [.. Enumerable.Range(0, 5).Select(TestModels.KeyOf)];
        float[] with = new float[1];
        float[] without = new float[1];
        model.Score([0, 5], [0, 1, 2, 3, 4], keys, [], with);
        model.Score([0, 5], [], keys, [], without);
        Assert.Equal(with, without);
        AssertRefused(CtrStatus.RowFieldsMissing, "row 0", () => model.Score([0, 4], [], keys.AsSpan(0, 4), [], without));
    }

    [Fact]
    public void A_bad_row_refuses_the_batch_and_nothing_is_written()
    {
        using var model = Open(new("ffm"));
        ulong[] keys = [1, 2, 3];
        float[] scores = [7, 7];
        AssertRefused(CtrStatus.RowField, "row 1, feature 1: field 5 of 5", () => model.Score([0, 1, 3], [0, 1, 5], keys, [], scores));
        AssertRefused(CtrStatus.RowField, "row 0", () => model.Score([0, 1, 3], [1u << 31, 1, 2], keys, [], scores));
        foreach (float bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            AssertRefused(CtrStatus.RowValue, "row 1, feature 0", () => model.Score([0, 1, 3], [0, 1, 2], keys, [1, bad, 1], scores));
        AssertRefused(CtrStatus.RowOffsets, "row 1", () => model.Score([0, 2, 1], [0, 1, 2], keys, [], scores));
        // The first row is so long that memory is made for it before the second one is looked at.
        AssertRefused(CtrStatus.RowOffsets, "row 1", () => model.Score([0, 600, 1], new uint[600], new ulong[600], [], scores));
        Assert.Equal([7f, 7f], scores);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(31)]
    public void The_last_value_of_any_length_is_checked(int length)
    {
        using var model = Open(new("lr"));
        float[] values = new float[length];
        values[^1] = float.NaN;
        AssertRefused(CtrStatus.RowValue, $"feature {length - 1}", () => model.Score([0, (ulong)length], [], new ulong[length], values, new float[1]));
    }

    [Theory]
    [InlineData(512)]
    [InlineData(513)]
    [InlineData(5000)]
    public void Long_rows_score_too(int length)
    {
        using var model = Open(new("fm") { Spread = 0.01 });
        ulong[] keys = [.. Enumerable.Range(0, length).Select(i => TestModels.KeyOf(i % 100))];
        float[] scores = new float[2];
        model.Score([0, (ulong)length, (ulong)length + 1], [], [.. keys, keys[0]], [], scores, logits: true);
        float[] last = new float[1];
        model.Score([0, 1], [], keys.AsSpan(0, 1), [], last, logits: true);
        Assert.Equal(last[0], scores[1]);
        Assert.NotEqual(-1.5f, scores[0]);
    }

    [Fact]
    public unsafe void A_long_row_needs_the_callers_scratch_memory()
    {
        using var model = Open(new("fm"));
        ulong[] keys = new ulong[600];
        float score = 7;
        fixed (ulong* keysAt = keys, offsets = new ulong[] { 0, 600 })
        {
            var rows = new RowBatch { Rows = 1, Offsets = offsets, Keys = keysAt };
            var request = new ScoreRequest { Output = &score };
            var error = new RowError();
            Assert.Equal(CtrStatus.RowTooLong, model.Score(rows, request, ref error));
            Assert.Equal(7, score);
            Assert.Contains("600 features", model.Describe(error), StringComparison.Ordinal);
            byte[] scratch = new byte[CtrModel.ScratchSize(600)];
            fixed (byte* at = scratch)
            {
                request.Scratch = at;
                request.ScratchSize = (nuint)scratch.Length - 1;
                Assert.Equal(CtrStatus.RowTooLong, model.Score(rows, request, ref error));
                request.ScratchSize++;
                Assert.Equal(CtrStatus.Ok, model.Score(rows, request, ref error));
            }
        }

        Assert.Equal(0u, CtrModel.ScratchSize(512));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 0)]
    public void An_instance_norm_scales_each_sum_by_its_power(int linearHalves, int pairPower)
    {
        ulong[] keys = [.. Enumerable.Range(0, 3).Select(TestModels.KeyOf)];
        float[] values = [1, 2, 0.5f];
        foreach (bool countsUnknown in new[] { false, true })
        {
            using var plain = Open(new("fm"));
            using var normed = Open(new("fm") { Norm = new InstanceNorm(linearHalves, pairPower, countsUnknown) });
            using var linear = Open(new("lr"));
            double all = Logit(plain, keys, values) + 1.5;
            double linearSum = 0;
            for (int i = 0; i < keys.Length; i++)
            {
                Assert.NotEqual(SlotIndex.Unknown, plain.File.Index.Find(keys[i], out float weight));
                linearSum += weight * (double)values[i];
            }

            double square = 1 + 4 + 0.25 + (countsUnknown ? 9 : 0);
            double expected = -1.5 + (linearSum / Math.Pow(square, linearHalves / 2.0)) + ((all - linearSum) / Math.Pow(square, pairPower));
            Assert.Equal(expected, Logit(normed, [.. keys, 999999], [.. values, 3]), 1e-6);
        }
    }

    [Fact]
    public void Links_turn_logits_into_scores()
    {
        ulong[] keys = [TestModels.KeyOf(1), TestModels.KeyOf(2)];
        using var sigmoid = Open(new("fm"));
        using var identity = Open(new("fm") { Link = Link.Identity });
        using var probit = Open(new("fm") { Link = Link.Probit });
        double logit = Logit(sigmoid, keys, []);
        Assert.Equal(1 / (1 + Math.Exp(-logit)), Score(sigmoid, keys), 1e-6);
        Assert.Equal(logit, Score(identity, keys), 1e-6);
        Assert.InRange(Score(probit, keys), 0, 0.5);

        static float Score(CtrModel model, ulong[] keys)
        {
            float[] score = new float[1];
            model.Score([0, (ulong)keys.Length], [], keys, [], score);
            return score[0];
        }
    }

    [Fact]
    public void A_disposed_model_throws()
    {
        var model = Open(new("lr"));
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Score([0, 0], [], [], [], new float[1]));
    }

    [Theory]
    [MemberData(nameof(TestModels.Kinds), MemberType = typeof(TestModels))]
    public void Scoring_allocates_nothing(string kind)
    {
        using var model = Open(new(kind));
        GoldenRow row = TestModels.RandomRow(new Random(1), new(kind), model.Info.FieldCount);
        float[] score = new float[1];
        ScoreAll(model, [row], score);
        ulong[] offsets = [0, (ulong)row.Keys.Length];
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) model.Score(offsets, row.Fields, row.Keys, row.Values, score);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static CtrModel Open(TestModels.Shape shape) => CtrModel.Open(TestModels.Bytes(shape));

    private static double Logit(CtrModel model, ulong[] keys, float[] values)
    {
        float[] logit = new float[1];
        model.Score([0, (ulong)keys.Length], [], keys, values, logit, logits: true);
        return logit[0];
    }

    private static void ScoreAll(CtrModel model, GoldenRow[] rows, float[] scores, bool logits = false, uint[]? unknown = null)
    {
        var offsets = new ulong[rows.Length + 1];
        for (int r = 0; r < rows.Length; r++) offsets[r + 1] = offsets[r] + (ulong)rows[r].Keys.Length;
        model.Score(
            offsets, [.. rows.SelectMany(row => row.Fields)], [.. rows.SelectMany(row => row.Keys)], [.. rows.SelectMany(row => row.Values)], scores, logits, unknown);
    }

    private static void AssertRefused(CtrStatus status, string says, Action score)
    {
        var refusal = Assert.Throws<CtrException>(score);
        Assert.Equal(status, refusal.Status);
        Assert.Contains(says, refusal.Message, StringComparison.Ordinal);
    }
}
