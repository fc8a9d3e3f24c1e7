using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Ranking through the C ABI: what scoring the merged rows gives, the best of it, and the bits of the managed runtime.</summary>
public sealed unsafe class RankTests
{
    public static TheoryData<string, KernelLevel> KindsAndLevels => ScoreTests.KindsAndLevels;

    public static TheoryData<string> Kinds => TestModels.Kinds;

    [Theory]
    [MemberData(nameof(KindsAndLevels))]
    public void Candidates_score_as_the_rows_that_they_make_with_the_context(string kind, KernelLevel level)
    {
        foreach (TestModels.Shape shape in Shapes(kind))
        {
            byte[] bytes = TestModels.Bytes(shape);
            using CtrModel managed = CtrModel.Open(bytes, new CtrOpenOptions { Level = level });
            using NativeModel model = CtrLibrary.Of(level).Open(bytes, level);
            int fields = ScoreTests.FieldsOf(shape);
            for (int features = 0; features < 40; features += features < 4 ? 1 : 9)
            {
                Batch context = Row(Batch.Random(features, shape, fields, 40, 60), features);
                Batch candidates = Batch.Random(features + 1, shape, fields, rows: 40, longest: 20);
                RankedContext prepared = RankedContext.Prepare(model, context);
                uint[] unknown = new uint[candidates.Rows];
                float[] logits = new float[candidates.Rows];
                Assert.Equal(CtrStatus.Ok, prepared.Rank(candidates, logits, logits: true, unknown: unknown));

                CtrContext other = managed.Prepare(context.Fields, context.Keys, context.Values);
                float[] same = new float[candidates.Rows];
                managed.Rank(other, candidates.Offsets, candidates.Fields, candidates.Keys, candidates.Values, same, logits: true);
                Assert.Equal(same.Select(BitConverter.SingleToUInt32Bits), logits.Select(BitConverter.SingleToUInt32Bits));
                Assert.Equal((uint)other.Unknown, prepared.Unknown);

                Batch merged = Merge(context, candidates);
                uint[] mergedUnknown = new uint[candidates.Rows];
                float[] expected = merged.ScoreBy(managed, logits: true, mergedUnknown);
                Assert.Equal(mergedUnknown, unknown.Select(count => count + prepared.Unknown));
                Assert.All(Enumerable.Range(0, candidates.Rows), r => Assert.Equal(expected[r], logits[r], 1e-4));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_best_are_those_of_a_stable_sort(string kind)
    {
        var shape = new TestModels.Shape(kind);
        using NativeModel model = CtrLibrary.Best.Open(TestModels.Bytes(shape));
        Batch candidates = Batch.Random(3, shape, ScoreTests.FieldsOf(shape), rows: 97, longest: 1);
        RankedContext context = RankedContext.Prepare(model, Batch.Row((0, TestModels.KeyOf(4), 1), (1, TestModels.KeyOf(7), .5f)));
        float[] all = new float[97];
        Assert.Equal(CtrStatus.Ok, context.Rank(candidates, all));

        // Half of the candidates have no features, so there are ties.
        Assert.True(all.Distinct().Count() < 70);
        int[] order = [.. Enumerable.Range(0, 97).OrderByDescending(r => all[r])];
        foreach (int top in (int[])[1, 2, 3, 10, 50, 96, 97, 98, 200])
        {
            ulong[] indices = [.. Enumerable.Repeat(77_777ul, 200)];
            float[] scores = [.. Enumerable.Repeat(77f, 200)];
            int written = Math.Min(top, 97);
            Assert.Equal(CtrStatus.Ok, context.Rank(candidates, scores, top: (ulong)top, indices: indices));
            Assert.Equal(order.Take(written), indices.Take(written).Select(i => (int)i));
            Assert.Equal(order.Take(written).Select(r => all[r]), scores.Take(written));
            Assert.All(Enumerable.Range(written, 200 - written), i => Assert.Equal((77_777ul, 77f), (indices[i], scores[i])));
        }

        Batch none = candidates with { Offsets = [0] };
        Assert.Equal(CtrStatus.Ok, context.Rank(none, []));
        Assert.Equal(CtrStatus.Ok, context.Rank(none, [], top: 5, indices: new ulong[5]));
        Assert.Equal(CtrStatus.Ok, context.Rank(candidates, all, top: ulong.MaxValue, indices: new ulong[97]));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Long_contexts_and_candidates_need_scratch_memory(string kind)
    {
        var shape = new TestModels.Shape(kind);
        byte[] bytes = TestModels.Bytes(shape);
        using NativeModel model = CtrLibrary.Best.Open(bytes);
        using CtrModel managed = CtrModel.Open(bytes);
        Batch rows = Batch.Random(8, shape, ScoreTests.FieldsOf(shape), rows: 200, longest: 20);
        Batch context = Row(rows, 900), candidates = rows with { Offsets = [0, 600, rows.Offsets[^1], rows.Offsets[^1]] };
        ulong needed = 0;
        Assert.Equal(CtrStatus.Ok, model.Library.ScratchSize(model.Handle, rows.Offsets[^1], &needed));
        Assert.Equal(CtrStatus.RowTooLong, RankedContext.Try(model, context, null, out _));
        Assert.Equal("row 0: 900 features need scratch memory of ", model.Library.Error()[..43]);
        Assert.Equal(CtrStatus.Ok, RankedContext.Try(model, context, new byte[needed], out RankedContext prepared));
        float[] logits = [77, 77, 77];
        Assert.Equal(CtrStatus.RowTooLong, prepared.Rank(candidates, logits, logits: true));
        Assert.Equal([77, 77, 77], logits);
        Assert.Equal(CtrStatus.Ok, prepared.Rank(candidates, logits, logits: true, scratch: new byte[needed]));
        float[] expected = Merge(context, candidates).ScoreBy(managed, logits: true);
        Assert.All(Enumerable.Range(0, 3), r => Assert.Equal(expected[r], logits[r], Math.Abs(expected[r] * 1e-4) + 1e-2));
    }

    [Fact]
    public void A_context_may_be_copied_and_used_by_many_threads_while_others_are_prepared()
    {
        var shape = new TestModels.Shape("ffm");
        using NativeModel model = CtrLibrary.Best.Open(TestModels.Bytes(shape));
        Batch rows = Batch.Random(3, shape, 5, rows: 300, longest: 20);
        RankedContext shared = RankedContext.Prepare(model, Row(rows, 12));
        float[] expected = new float[300];
        Assert.Equal(CtrStatus.Ok, shared.Rank(rows, expected));
        ThreadTests.InParallel(16, thread =>
        {
            var scores = new float[300];
            for (int i = 0; i < 50; i++)
            {
                RankedContext own = i % 3 == 0 ? RankedContext.Prepare(model, Row(rows, 12)) : i % 3 == 1 ? shared.Copy() : shared;
                Array.Clear(scores);
                Assert.Equal(CtrStatus.Ok, own.Rank(rows, scores));
                Assert.Equal(expected, scores);
            }
        });
    }

    internal static Batch Row(Batch batch, int features) =>
        new([0, (ulong)features], batch.Fields![..features], batch.Keys[..features], batch.Values![..features]);

    /// <summary>The whole rows that a context and its candidates make.</summary>
    internal static Batch Merge(Batch context, Batch candidates)
    {
        var offsets = new List<ulong> { 0 };
        var fields = new List<uint>();
        var keys = new List<ulong>();
        var values = new List<float>();
        for (int r = 0; r < candidates.Rows; r++)
        {
            int start = (int)candidates.Offsets[r], end = (int)candidates.Offsets[r + 1];
            fields.AddRange([.. context.Fields!, .. candidates.Fields![start..end]]);
            keys.AddRange([.. context.Keys, .. candidates.Keys[start..end]]);
            values.AddRange([.. context.Values!, .. candidates.Values![start..end]]);
            offsets.Add((ulong)keys.Count);
        }

        return new([.. offsets], [.. fields], [.. keys], [.. values]);
    }

    private static IEnumerable<TestModels.Shape> Shapes(string kind) =>
    [
        new(kind),
        new(kind) { Latent = 8, Fields = 39, Slots = 2000, Seed = 2, Link = Link.Identity, Spread = .1 },
        new(kind) { Latent = 7, Fields = 3, Slots = 64, Seed = 3, Index = IndexKind.Hashed, Link = Link.Probit, Type = WeightType.BFloat16 },
        new(kind) { Latent = 16, Fields = 11, Slots = 300, Seed = 4, Index = IndexKind.Direct, Norm = new InstanceNorm(1, 2, true), Type = WeightType.Int8 },
    ];
}
