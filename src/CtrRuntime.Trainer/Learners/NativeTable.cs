using System.Runtime.InteropServices;

namespace CtrRuntime.Trainer.Learners;

/// <summary>Rows of floats in native memory, 64-byte aligned, zero at first; offsets are 64 bits wide.</summary>
internal sealed unsafe class NativeTable : IDisposable
{
    private const int Alignment = 64;
    private readonly nuint _stride;
    private float* _items;

    /// <summary>A table of <paramref name="rows"/> rows of <paramref name="columns"/> floats.</summary>
    public NativeTable(nuint rows, nuint columns)
    {
        _stride = columns;
        nuint bytes = checked(rows * columns * sizeof(float));
        _items = (float*)NativeMemory.AlignedAlloc(Math.Max(bytes, Alignment), Alignment);
        NativeMemory.Clear(_items, bytes);
    }

    /// <summary>The first float of a row, which is not checked.</summary>
    public float* Row(nuint row) => _items + (row * _stride);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.AlignedFree(_items);
        _items = null;
    }
}
