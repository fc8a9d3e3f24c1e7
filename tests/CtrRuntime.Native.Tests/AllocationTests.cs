using CtrRuntime.Tests.Shared;

// Collections are counted for the whole process, so nothing else may run beside the tests that count them.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace CtrRuntime.Native.Tests;

/// <summary>What succeeds allocates nothing from the managed heap, so nothing is ever collected.</summary>
public sealed unsafe class AllocationTests
{
    private static readonly CtrLibrary Ctr = CtrLibrary.Best;

    public static TheoryData<string> Kinds => TestModels.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_million_scores_allocate_nothing_and_collect_nothing(string kind)
    {
        var shape = new TestModels.Shape(kind);
        using NativeModel model = Ctr.Open(TestModels.Bytes(shape));
        Batch batch = Batch.Random(3, shape, ScoreTests.FieldsOf(shape), rows: 1000, longest: 20);
        Batch longRow = Batch.Random(5, shape, ScoreTests.FieldsOf(shape), rows: 200, longest: 20);
        longRow = longRow with { Offsets = [0, longRow.Offsets[^1]] };
        float[] scores = new float[batch.Rows];
        uint[] unknown = new uint[batch.Rows];
        byte[] scratch = new byte[1 << 20];
        ulong[] indices = new ulong[10];
        RankedContext context = RankedContext.Prepare(model, RankTests.Row(batch, 30));
        ulong* offsets = stackalloc ulong[] { 0, 30 };
        ulong size = 0;

        NativeCounters before = LibraryTests.Counters();
        int failures = 0;
        for (int i = 0; i < 500; i++)
        {
            if (model.Score(batch, scores) != CtrStatus.Ok) failures++;
            if (model.Score(batch, scores, logits: true, unknown, scratch) != CtrStatus.Ok) failures++;
            if (model.Score(longRow, scores, scratch: scratch) != CtrStatus.Ok) failures++;
            if (context.Rank(batch, scores) != CtrStatus.Ok) failures++;
            if (context.Rank(batch, scores, unknown: unknown, scratch: scratch, top: 10, indices: indices) != CtrStatus.Ok) failures++;
            if (Ctr.ContextSize(model.Handle, 30, &size) != CtrStatus.Ok) failures++;
            fixed (ulong* keys = batch.Keys)
            fixed (uint* fields = batch.Fields)
            fixed (byte* memory = context.Memory)
            {
                var row = new NativeRows { StructSize = (uint)sizeof(NativeRows), RowCount = 1, Offsets = offsets, Fields = fields, Keys = keys };
                if (Ctr.ContextPrepare(model.Handle, &row, null, memory, (nuint)context.Memory.Length) != CtrStatus.Ok) failures++;
            }
        }

        NativeCounters after = LibraryTests.Counters();
        Assert.Equal(0, failures);
        Assert.Equal(before.AllocatedBytes, after.AllocatedBytes);
        Assert.Equal(before.Collections, after.Collections);
    }

    [Fact]
    public void Encoding_keys_and_descriptions_allocate_nothing()
    {
        using NativeModel model = Ctr.Open(TestModels.Bytes(new("fm") { Schema = TestSchemas.Mixed }));
        uint* fields = stackalloc uint[8];
        ulong* keys = stackalloc ulong[8];
        float* numbers = stackalloc float[8];
        var info = new NativeModelInfo { StructSize = (uint)sizeof(NativeModelInfo) };
        var field = new NativeFieldInfo { StructSize = (uint)sizeof(NativeFieldInfo) };
        var row = new NativeRowBuffer { StructSize = (uint)sizeof(NativeRowBuffer), Capacity = 8, Fields = fields, Keys = keys, Values = numbers };
        NativeValue* values = stackalloc NativeValue[4];
        ulong key = 0, size = 0;
        uint found = 0;
        int failures = 0;
        fixed (byte* text = "3.25"u8, name = "age\0"u8)
        {
            for (uint v = 0; v < 4; v++) values[v] = new NativeValue { Field = v, Type = v == 2 ? 2u : 1, Text = text, Size = 4, Number = 1.5e-7 };
            values[3].Type = 2;
            NativeCounters before = LibraryTests.Counters();
            for (int i = 0; i < 100_000; i++)
            {
                if (Ctr.Encode(model.Handle, values, 4, &row) != CtrStatus.Ok) failures++;
                if (Ctr.Key(model.Handle, 0, text, 4, &key) != CtrStatus.Ok) failures++;
                if (Ctr.FieldFind(model.Handle, name, &found) != CtrStatus.Ok) failures++;
                if (Ctr.FieldInfo(model.Handle, 1, &field) != CtrStatus.Ok) failures++;
                if (Ctr.ModelInfo(model.Handle, &info) != CtrStatus.Ok) failures++;
                if (Ctr.ScratchSize(model.Handle, 1000, &size) != CtrStatus.Ok) failures++;
            }

            NativeCounters after = LibraryTests.Counters();
            Assert.Equal(0, failures);
            Assert.Equal(before.AllocatedBytes, after.AllocatedBytes);
        }
    }
}
