using CtrRuntime.Kernels;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Contexts that are none, and arguments of ranking that are refused.</summary>
public sealed unsafe class RankRefusalTests
{
    private static readonly CtrLibrary Ctr = CtrLibrary.Best;
    private static readonly TestModels.Shape Shape = new("ffm");

    public static TheoryData<string> Kinds => TestModels.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Memory_that_holds_no_context_of_the_model_is_refused_and_nothing_is_written(string kind)
    {
        byte[] bytes = TestModels.Bytes(Shape with { Kind = kind });
        using NativeModel model = Ctr.Open(bytes), twin = Ctr.Open(bytes);
        RankedContext context = RankedContext.Prepare(model, Context(kind));
        Refused(context.With(new byte[context.Memory.Length]));
        Refused(context.With([.. Enumerable.Repeat((byte)0xFF, context.Memory.Length)]));
        Refused(context.With([]));
        Refused(context.With(context.Memory[..^1]));
        Refused(context.With(context.Memory[..63]));
        Refused(context.For(twin));
        Refused(RankedContext.Prepare(twin, Context(kind)).For(model));
        Assert.Equal(CtrStatus.Ok, context.With([.. context.Memory, 1, 2, 3]).Rank(Candidates(kind), new float[20]));

        NativeModel closed = Ctr.Open(bytes);
        RankedContext stale = RankedContext.Prepare(closed, Context(kind));
        closed.Dispose();
        Assert.Equal(CtrStatus.InvalidHandle, stale.Rank(Candidates(kind), new float[20]));
        using NativeModel successor = Ctr.Open(bytes);
        Refused(stale.For(successor));

        void Refused(RankedContext other)
        {
            float[] scores = [.. Enumerable.Repeat(77f, 20)];
            if (other.Memory.Length == 0) Assert.Equal(CtrStatus.InvalidArgument, other.Rank(Candidates(kind), scores));
            else Assert.Equal(CtrStatus.Context, other.Rank(Candidates(kind), scores));
            Assert.All(scores, score => Assert.Equal(77, score));
        }
    }

    /// <summary>Whatever a context holds, ranking ends with a status; a read outside of it or of the model would end the tests.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_damaged_context_gives_wrong_scores_at_worst(string kind)
    {
        using NativeModel model = Ctr.Open(TestModels.Bytes(Shape with { Kind = kind }));
        RankedContext context = RankedContext.Prepare(model, Context(kind));
        var random = new Random(5);
        float[] scores = new float[20];
        int accepted = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. context.Memory];

            // Some bytes anywhere, or all that follows the first members.
            if (i % 3 == 0) random.NextBytes(damaged.AsSpan(24));
            for (int n = random.Next(1, 9); n > 0; n--) damaged[random.Next(16, damaged.Length)] = (byte)random.Next(256);
            CtrStatus status = context.With(damaged).Rank(Candidates(kind), scores, top: 5, indices: new ulong[5]);
            Assert.Contains(status, (CtrStatus[])[CtrStatus.Ok, CtrStatus.Context]);
            if (status == CtrStatus.Ok) accepted++;
        }

        Assert.True(accepted > 0);
    }

    [Fact]
    public void A_count_that_does_not_fit_the_size_is_refused()
    {
        using NativeModel model = Ctr.Open(TestModels.Bytes(Shape with { Kind = "poly2" }));
        RankedContext context = RankedContext.Prepare(model, Context("poly2"));
        foreach (uint count in (uint[])[0, 3, 5, int.MaxValue, 0x80000000, uint.MaxValue])
        {
            byte[] damaged = [.. context.Memory];
            BitConverter.TryWriteBytes(damaged.AsSpan(48), count);
            Assert.Equal(CtrStatus.Context, context.With(damaged).Rank(Candidates("poly2"), new float[20]));
        }
    }

    [Fact]
    public void Arguments()
    {
        using NativeModel model = Ctr.Open(TestModels.Bytes(Shape));
        RankedContext context = RankedContext.Prepare(model, Context("ffm"));
        Batch sound = Context("ffm");
        ulong size = 77;
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.ContextSize(model.Handle, 4, null));
        Assert.Equal(CtrStatus.RowTooLong, Ctr.ContextSize(model.Handle, ulong.MaxValue, &size));
        Assert.Equal(77ul, size);
        byte[] memory = [.. Enumerable.Repeat((byte)0xAA, context.Memory.Length + 8)];
        fixed (byte* at = memory)
        fixed (ulong* offsets = (ulong[])[0, 4, 4], keys = sound.Keys)
        fixed (uint* fields = sound.Fields)
        {
            var none = new NativeRows { StructSize = (uint)sizeof(NativeRows), Offsets = offsets, Fields = fields, Keys = keys };
            NativeRows one = none with { RowCount = 1 }, two = none with { RowCount = 2 };
            Prepare(CtrStatus.InvalidArgument, &none, at);
            Prepare(CtrStatus.InvalidArgument, &two, at);
            Assert.Equal("a context is one row, not 2", Ctr.Error());
            Prepare(CtrStatus.InvalidArgument, &one, null);
            Prepare(CtrStatus.InvalidArgument, &one, at + 4);
            Assert.Equal("memory is not at a multiple of 8", Ctr.Error());
            Prepare(CtrStatus.InvalidArgument, null, at);
            NativeRows noKeys = one with { Keys = null };
            Prepare(CtrStatus.InvalidArgument, &noKeys, at);
            Prepare(CtrStatus.BufferTooSmall, &one, at, 1);
            Assert.StartsWith($"a context of 4 features takes {context.Memory.Length} bytes, not ", Ctr.Error());
            fields[2] = 5;
            Prepare(CtrStatus.RowField, &one, at);
            fields[2] = 0;
            offsets[1] = ulong.MaxValue;
            Prepare(CtrStatus.RowTooLong, &one, at);
            offsets[0] = 5;
            offsets[1] = 4;
            Prepare(CtrStatus.RowOffsets, &one, at);
            Assert.All(memory, b => Assert.Equal(0xAA, b));

            float score = 77;
            fixed (byte* prepared = context.Memory)
            {
                NativeRows nothing = none;
                Assert.Equal(CtrStatus.InvalidArgument, Ctr.Rank(model.Handle, null, 999, &nothing, null, &score));
                Assert.Equal(CtrStatus.InvalidArgument, Ctr.Rank(model.Handle, prepared + 4, 999, &nothing, null, &score));
                Assert.Equal(CtrStatus.Ok, Ctr.Rank(model.Handle, prepared, (nuint)context.Memory.Length, &nothing, null, null));
                var options = new NativeRankOptions { StructSize = (uint)sizeof(NativeRankOptions), TopK = 1 };
                Assert.Equal(CtrStatus.InvalidArgument, Ctr.Rank(model.Handle, prepared, (nuint)context.Memory.Length, &nothing, &options, &score));
                options = options with { TopK = 0, Indices = &size };
                Assert.Equal(CtrStatus.InvalidArgument, Ctr.Rank(model.Handle, prepared, (nuint)context.Memory.Length, &nothing, &options, &score));
                options = options with { Indices = null, Output = 2 };
                Assert.Equal(CtrStatus.InvalidArgument, Ctr.Rank(model.Handle, prepared, (nuint)context.Memory.Length, &nothing, &options, &score));
                Assert.Equal("ctr_rank_options.output is 2", Ctr.Error());
            }

            Assert.Equal(77, score);
        }

        void Prepare(CtrStatus expected, NativeRows* row, byte* at, nuint missing = 0) =>
            Assert.Equal(expected, Ctr.ContextPrepare(model.Handle, row, null, at, (nuint)context.Memory.Length - missing));
    }

    [Fact]
    public void A_candidate_that_is_refused_names_its_row()
    {
        using NativeModel model = Ctr.Open(TestModels.Bytes(Shape));
        RankedContext context = RankedContext.Prepare(model, Context("ffm"));
        Batch candidates = Candidates("ffm");
        candidates.Values![^1] = float.NaN;
        float[] scores = [.. Enumerable.Repeat(77f, 20)];
        uint[] unknown = [.. Enumerable.Repeat(77u, 20)];
        Assert.Equal(CtrStatus.RowValue, context.Rank(candidates, scores, unknown: unknown));
        Assert.StartsWith("row 19, feature 1: the value ", Ctr.Error());
        Assert.All(scores, score => Assert.Equal(77, score));
        Assert.All(unknown, count => Assert.Equal(77u, count));
    }

    private static Batch Context(string kind) => Batch.Row(
        (0, TestModels.KeyOf(2), 1), (0, TestModels.KeyOf(3), .5f), (1, TestModels.KeyOf(40), 1), (kind == "mf" ? 0u : 3, TestModels.KeyOf(41), 2));

    private static Batch Candidates(string kind)
    {
        var random = new Random(9);
        return new(
            [.. Enumerable.Range(0, 21).Select(r => (ulong)(2 * r))],
            [.. Enumerable.Range(0, 40).Select(i => kind == "mf" ? 1u : (uint)(1 + (i % 2)))],
            [.. Enumerable.Range(0, 40).Select(_ => TestModels.KeyOf(random.Next(Shape.Slots)))],
            [.. Enumerable.Range(0, 40).Select(_ => (float)random.NextDouble())]);
    }
}
