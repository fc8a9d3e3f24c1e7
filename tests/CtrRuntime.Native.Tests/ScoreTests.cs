using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Scores through the C ABI are those of the managed runtime, to the bit.</summary>
public sealed unsafe class ScoreTests
{
    public static TheoryData<string, KernelLevel> KindsAndLevels
    {
        get
        {
            var data = new TheoryData<string, KernelLevel>();
            foreach (ModelKind kind in ModelKinds.All)
            {
                foreach (var level in CtrLibrary.Levels) data.Add(kind.Name, level);
            }

            return data;
        }
    }

    public static TheoryData<string> Kinds => TestModels.Kinds;

    [Theory]
    [MemberData(nameof(KindsAndLevels))]
    public void A_build_gives_the_bits_of_the_managed_runtime_at_its_level(string kind, KernelLevel level)
    {
        Assert.All(Shapes(kind), shape => Compare(shape, CtrLibrary.Of(level), level));
    }

    [Theory]
    [MemberData(nameof(KindsAndLevels))]
    public void The_best_build_gives_those_bits_at_every_level_it_is_asked_for(string kind, KernelLevel level)
    {
        Assert.All(Shapes(kind), shape => Compare(shape, CtrLibrary.Best, level));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_row_scores_the_same_alone_and_in_a_batch(string kind)
    {
        var shape = new TestModels.Shape(kind);
        using NativeModel model = CtrLibrary.Best.Open(TestModels.Bytes(shape));
        Batch batch = Batch.Random(4, shape, FieldsOf(shape), rows: 200, longest: 12);
        float[] together = model.Score(batch);
        for (int r = 0; r < batch.Rows; r++)
            Assert.Equal(together[r], model.Score(batch with { Offsets = [batch.Offsets[r], batch.Offsets[r + 1]] })[0]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Values_may_be_left_out_when_all_are_1_and_fields_when_a_row_has_one_feature_per_field(string kind)
    {
        var shape = new TestModels.Shape(kind);
        int fields = FieldsOf(shape);
        using NativeModel model = CtrLibrary.Best.Open(TestModels.Bytes(shape));
        Batch batch = Batch.Random(6, shape, fields, rows: 50, longest: 1) with { Offsets = [.. Enumerable.Range(0, 51).Select(r => (ulong)(r * fields))] };
        var random = new Random(7);
        batch = batch with
        {
            Fields = [.. Enumerable.Range(0, 50 * fields).Select(i => (uint)(i % fields))],
            Keys = [.. Enumerable.Range(0, 50 * fields).Select(_ => TestModels.KeyOf(random.Next(shape.Slots)))],
            Values = [.. Enumerable.Repeat(1f, 50 * fields)],
        };
        float[] whole = model.Score(batch);
        Assert.Equal(whole, model.Score(batch with { Values = null }));
        Assert.Equal(whole, model.Score(batch with { Fields = null }));
        Assert.Equal(whole, model.Score(batch with { Fields = null, Values = null }));
        Assert.Equal(50, whole.Distinct().Count());
    }

    [Fact]
    public void Offsets_may_start_above_0()
    {
        var shape = new TestModels.Shape("ffm");
        using NativeModel model = CtrLibrary.Best.Open(TestModels.Bytes(shape));
        Batch batch = Batch.Random(4, shape, 5, rows: 20, longest: 8);
        Assert.Equal(model.Score(batch)[7..], model.Score(batch with { Offsets = batch.Offsets[7..] }));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Long_rows_need_scratch_memory_of_the_size_that_the_library_says(string kind)
    {
        var shape = new TestModels.Shape(kind);
        byte[] bytes = TestModels.Bytes(shape);
        using CtrModel managed = CtrModel.Open(bytes);
        using NativeModel model = CtrLibrary.Best.Open(bytes);
        Batch batch = Batch.Random(8, shape, FieldsOf(shape), rows: 3, longest: 20);
        Batch longest = Batch.Random(9, shape, FieldsOf(shape), rows: 400, longest: 20);
        int count = (int)longest.Offsets[^1];
        longest = longest with { Offsets = [0, 512, (ulong)count] };
        ulong needed = 0;
        CtrLibrary library = model.Library;
        Assert.Equal(CtrStatus.Ok, library.ScratchSize(model.Handle, 512, &needed));
        Assert.Equal(0ul, needed);
        Assert.Equal(CtrStatus.Ok, library.ScratchSize(model.Handle, (ulong)count - 512, &needed));
        Assert.True(needed > 0);

        float[] scores = [77, 77];
        Assert.Equal(CtrStatus.RowTooLong, model.Score(longest, scores));
        Assert.Equal($"row 1: {count - 512} features need scratch memory of {needed} bytes", library.Error());
        Assert.Equal(CtrStatus.RowTooLong, model.Score(longest, scores, scratch: new byte[needed - 1]));
        Assert.Equal([77, 77], scores);
        Assert.Equal(CtrStatus.Ok, model.Score(longest, scores, scratch: new byte[needed]));
        Assert.Equal(longest.ScoreBy(managed), scores);
        Assert.Equal(batch.ScoreBy(managed), model.Score(batch));
    }

    internal static int FieldsOf(TestModels.Shape shape) => ModelKinds.Find(shape.Kind)!.ExactFields ?? shape.Fields;

    private static IEnumerable<TestModels.Shape> Shapes(string kind) =>
    [
        new(kind),
        new(kind) { Latent = 8, Fields = 39, Slots = 2000, Seed = 2, Link = Link.Identity },
        new(kind) { Latent = 7, Fields = 3, Slots = 64, Seed = 3, Index = IndexKind.Hashed, Link = Link.Probit },
        new(kind) { Latent = 16, Fields = 11, Slots = 300, Seed = 4, Index = IndexKind.Direct, Norm = new InstanceNorm(1, 2, true) },
        new(kind) { Latent = 4, Fields = 39, Slots = 2000, Seed = 5, Type = WeightType.BFloat16 },
        new(kind) { Latent = 5, Fields = 3, Slots = 64, Seed = 6, Index = IndexKind.Hashed, Type = WeightType.BFloat16 },
        new(kind) { Latent = 4, Fields = 39, Slots = 2000, Seed = 7, Type = WeightType.Int8 },
        new(kind) { Latent = 16, Fields = 11, Slots = 300, Seed = 8, Index = IndexKind.Direct, Type = WeightType.Int8 },
    ];

    private static void Compare(TestModels.Shape shape, CtrLibrary library, KernelLevel level)
    {
        byte[] bytes = TestModels.Bytes(shape);
        using CtrModel managed = CtrModel.Open(bytes, new CtrOpenOptions { Level = level });
        using NativeModel model = library.Open(bytes, level);
        Batch batch = Batch.Random(shape.Seed, shape, FieldsOf(shape), rows: 300, longest: 60);
        foreach (bool logits in new[] { false, true })
        {
            uint[] expectedUnknown = new uint[batch.Rows], unknown = new uint[batch.Rows];
            float[] expected = batch.ScoreBy(managed, logits, expectedUnknown), scores = new float[batch.Rows];
            Assert.Equal(CtrStatus.Ok, model.Score(batch, scores, logits, unknown));
            Assert.Equal(expected.Select(BitConverter.SingleToUInt32Bits), scores.Select(BitConverter.SingleToUInt32Bits));
            Assert.Equal(expectedUnknown, unknown);
            if (shape.Index != IndexKind.Hashed) Assert.Contains(unknown, count => count > 0);
        }
    }
}
