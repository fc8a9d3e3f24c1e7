using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>The rule of struct_size: smaller is refused, larger is fine while the unknown tail is zero, an output's tail is zeroed.</summary>
public sealed unsafe class StructTests
{
    private static readonly CtrLibrary Ctr = CtrLibrary.Best;
    private static readonly byte[] Model = TestModels.Bytes(new("lr"));

    [Fact]
    public void Open_options() => Input<NativeOpenOptions>(default, options =>
    {
        nint model = -1;
        fixed (byte* bytes = Model)
        {
            CtrStatus status = Ctr.ModelOpenMemory(bytes, (nuint)Model.Length, (NativeOpenOptions*)options, &model);
            if (status == CtrStatus.Ok) Assert.Equal(CtrStatus.Ok, Ctr.ModelClose(model));
            else Assert.Equal(-1, model);
            return status;
        }
    });

    [Fact]
    public void Rows()
    {
        using NativeModel model = Ctr.Open(Model);
        Input<NativeRows>(default, rows => Ctr.Score(model.Handle, (NativeRows*)rows, null, null));
    }

    [Fact]
    public void Score_options()
    {
        using NativeModel model = Ctr.Open(Model);
        Input<NativeScoreOptions>(default, options =>
        {
            var rows = new NativeRows { StructSize = (uint)sizeof(NativeRows) };
            return Ctr.Score(model.Handle, &rows, (NativeScoreOptions*)options, null);
        });
    }

    [Fact]
    public void Context_options()
    {
        using NativeModel model = Ctr.Open(Model);
        byte* memory = stackalloc byte[64];
        ulong* offsets = stackalloc ulong[] { 0, 0 };
        Input<NativeContextOptions>(default, options =>
        {
            var row = new NativeRows { StructSize = (uint)sizeof(NativeRows), RowCount = 1, Offsets = offsets };
            return Ctr.ContextPrepare(model.Handle, &row, (NativeContextOptions*)options, memory, 64);
        });
    }

    [Fact]
    public void Rank_options()
    {
        using NativeModel model = Ctr.Open(Model);
        byte* memory = stackalloc byte[64];
        ulong* offsets = stackalloc ulong[] { 0, 0 };
        var row = new NativeRows { StructSize = (uint)sizeof(NativeRows), RowCount = 1, Offsets = offsets };
        Assert.Equal(CtrStatus.Ok, Ctr.ContextPrepare(model.Handle, &row, null, memory, 64));
        Input<NativeRankOptions>(default, options =>
        {
            var rows = new NativeRows { StructSize = (uint)sizeof(NativeRows) };
            return Ctr.Rank(model.Handle, memory, 64, &rows, (NativeRankOptions*)options, null);
        });
    }

    [Fact]
    public void Row_buffer()
    {
        using NativeModel model = Ctr.Open(Model);
        Input<NativeRowBuffer>(default, row => Ctr.Encode(model.Handle, null, 0, (NativeRowBuffer*)row));
    }

    [Fact]
    public void Model_info()
    {
        using NativeModel model = Ctr.Open(Model);
        Output<NativeModelInfo>(info => Ctr.ModelInfo(model.Handle, (NativeModelInfo*)info));
    }

    [Fact]
    public void Field_info()
    {
        using NativeModel model = Ctr.Open(Model);
        Output<NativeFieldInfo>(info => Ctr.FieldInfo(model.Handle, 0, (NativeFieldInfo*)info));
    }

    [Fact]
    public void Counters() => Output<NativeCounters>(counters => Ctr.RuntimeCounters((NativeCounters*)counters));

    private delegate CtrStatus Call(byte* value);

    private static void Input<T>(T content, Call call) where T : unmanaged
    {
        byte* memory = stackalloc byte[8192];
        for (uint size = 0; size <= 4200; size += 4)
        {
            Fill(size, tail: 0);
            Assert.Equal(size >= sizeof(T) && size <= 4096 ? CtrStatus.Ok : CtrStatus.InvalidArgument, call(memory));
            if (size <= sizeof(T) || size > 4096) continue;
            Fill(size, tail: 0);
            memory[size - 1] = 1;
            Assert.Equal(CtrStatus.InvalidArgument, call(memory));
        }

        Fill((uint)sizeof(T), tail: 0xAA);
        Assert.Equal(CtrStatus.Ok, call(memory));
        Fill(uint.MaxValue, tail: 0);
        Assert.Equal(CtrStatus.InvalidArgument, call(memory));
        Assert.Contains("struct_size is 4294967295", Ctr.Error());

        void Fill(uint size, byte tail)
        {
            *(T*)memory = content;
            *(uint*)memory = size;
            new Span<byte>(memory + sizeof(T), 8192 - sizeof(T)).Fill(tail);
        }
    }

    private static void Output<T>(Call call) where T : unmanaged
    {
        byte* memory = stackalloc byte[8192];
        for (uint size = 0; size <= 4200; size += 4)
        {
            new Span<byte>(memory, 8192).Fill(0xAA);
            *(uint*)memory = size;
            bool fine = size >= sizeof(T) && size <= 4096;
            Assert.Equal(fine ? CtrStatus.Ok : CtrStatus.InvalidArgument, call(memory));
            Assert.Equal(size, *(uint*)memory);
            int written = fine ? (int)size : 4;
            if (fine) Assert.False(new Span<byte>(memory + sizeof(T), (int)size - sizeof(T)).ContainsAnyExcept((byte)0));
            Assert.False(new Span<byte>(memory + written, 8192 - written).ContainsAnyExcept((byte)0xAA));
        }
    }
}
