using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Trainer.Learners;

/// <summary>Rows of floats in native memory, 64-byte aligned, zero at first; offsets are 64 bits wide.</summary>
internal sealed unsafe class NativeTable : IDisposable
{
    private const int Alignment = 64;

    /// <summary>A level 2 cache that processors may be trusted to have: in a table that fits, fetching ahead costs more than it brings.</summary>
    private const nuint Cache = 1 << 20;
    private float* _items;

    /// <summary>A table of <paramref name="rows"/> rows of <paramref name="columns"/> floats.</summary>
    public NativeTable(nuint rows, nuint columns)
    {
        Stride = columns;
        nuint bytes = checked(rows * columns * sizeof(float));
        ExceedsCache = bytes > Cache;
        _items = (float*)NativeMemory.AlignedAlloc(Math.Max(bytes, Alignment), Alignment);
        NativeMemory.Clear(_items, bytes);
    }

    /// <summary>Floats from one row to the next.</summary>
    public nuint Stride { get; }

    /// <summary>Whether rows are worth fetching ahead.</summary>
    public bool ExceedsCache { get; }

    /// <summary>Asks for the cache lines of <paramref name="count"/> floats.</summary>
    public static void Prefetch(float* items, int count)
    {
        if (!Sse.IsSupported) return;
        for (int i = 0; i < count; i += Alignment / sizeof(float)) Sse.Prefetch0(items + i);
    }

    /// <summary>The first float of a row, which is not checked.</summary>
    public float* Row(nuint row) => _items + (row * Stride);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_items);
        _items = null;
    }
}
