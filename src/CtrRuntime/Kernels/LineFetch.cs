using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels;

/// <summary>
/// Asks for the cache lines of a row's slots, some at a time, so that a kernel can ask for the next row while it computes this one: a
/// processor follows only so many misses at once, and many together would make it wait.
/// </summary>
internal unsafe struct LineFetch
{
    private const int Line = 64;

    /// <summary>More lines of a slot than this are left to the processor's own prefetcher, which follows once the kernel walks them.</summary>
    private const int MaxLines = 32;

    private readonly byte* _slots;
    private readonly nuint _stride;
    private readonly nuint _bytes;
    private readonly Feature* _end;
    private int _linesPerStep;
    private Feature* _feature;
    private byte* _line;
    private byte* _lineEnd;

    /// <summary>Prepares to fetch the slots of <paramref name="row"/> in <paramref name="steps"/> steps.</summary>
    public LineFetch(in WeightTable weights, in KernelRow row, int steps)
    {
        _slots = weights.Slots;
        _stride = weights.Stride;
        _bytes = Math.Min(weights.Stride, MaxLines * Line);
        _feature = row.Features;
        _end = row.Features + row.Count;
        long lines = row.Count * (long)((_bytes + Line - 1) / Line);
        steps = Math.Max(steps, 1);
        _linesPerStep = (int)Math.Min((lines + steps - 1) / steps, int.MaxValue);
        if (_bytes == 0) _feature = _end;
        Next();
    }

    /// <summary>Asks for a step's lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Step()
    {
        for (int n = _linesPerStep; n > 0; n--)
        {
            Prefetch(_line);
            _line += Line;
            if (_line >= _lineEnd) Next();
        }
    }

    /// <summary>Asks for everything that is left.</summary>
    public void Rest()
    {
        while (_linesPerStep > 0)
        {
            Prefetch(_line);
            _line += Line;
            if (_line >= _lineEnd) Next();
        }
    }

    /// <summary>Asks for one line; any address will do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(void* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Next()
    {
        if (_feature < _end)
        {
            _line = _slots + (_feature->Slot * _stride);
            _lineEnd = _line + _bytes;
            _feature++;
            return;
        }

        _lineEnd = (byte*)nuint.MaxValue;
        _linesPerStep = 0;
    }
}
