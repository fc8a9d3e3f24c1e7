using System.Runtime.InteropServices;

namespace CtrRuntime.Kernels;

/// <summary>
/// One row for a kernel, in memory of its own: for weights that are no model file, such as those of a model in training. Fill the arrays, then ask for the
/// pairs; again and again.
/// </summary>
internal sealed unsafe class KernelRow : IDisposable
{
    private const int Alignment = 64;

    private readonly Kernel _kernel;
    private readonly byte* _memory, _scratch;

    /// <summary>Room for rows of up to <paramref name="capacity"/> features of models of one shape.</summary>
    public KernelRow(Kernel kernel, in WeightTable weights, int capacity)
    {
        _kernel = kernel;
        Capacity = capacity;
        nuint elements = ((nuint)capacity + RowGroup.Padding + Alignment - 1) & ~(nuint)(Alignment - 1);
        nuint own = kernel.MemoryFor(weights, capacity);
        nuint arrays = elements * (sizeof(ulong) + sizeof(ulong) + sizeof(float) + sizeof(float) + sizeof(uint));
        nuint size = own + kernel.ScratchFor(capacity) + arrays + (elements / 8) + Alignment;
        _memory = (byte*)NativeMemory.AlignedAlloc(size, Alignment);
        NativeMemory.Clear(_memory, size);
        Slots = (byte**)(_memory + own);
        Keys = (ulong*)(Slots + elements);
        Weights = (float*)(Keys + elements);
        Values = Weights + elements;
        Fields = (uint*)(Values + elements);
        Offsets = (ulong*)(Fields + elements);
        Unknown = Offsets + (Alignment / sizeof(ulong));
        _scratch = (byte*)(((nuint)(Unknown + (elements / Alignment)) + Alignment - 1) & ~(nuint)(Alignment - 1));
    }

    /// <summary>Most features.</summary>
    public int Capacity { get; }

    /// <summary>Where each feature's latent vectors start.</summary>
    public byte** Slots { get; }

    /// <summary>Keys; only for kinds with a pair table.</summary>
    public ulong* Keys { get; }

    /// <summary>Linear weights.</summary>
    public float* Weights { get; }

    /// <summary>Values.</summary>
    public float* Values { get; }

    /// <summary>Fields.</summary>
    public uint* Fields { get; }

    private ulong* Offsets { get; }

    private ulong* Unknown { get; }

    /// <summary>Memory for the kernel's work.</summary>
    public byte* Scratch => _scratch;

    /// <summary>The first <paramref name="count"/> features, all known, as a group of one row, arranged.</summary>
    public RowGroup Arranged(in WeightTable weights, int count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Capacity);
        Offsets[1] = (ulong)count;
        var group = new RowGroup
        {
            Rows = 1, Count = count, Offsets = Offsets, Keys = Keys, Fields = Fields, Values = Values, Slots = Slots, Weights = Weights, Unknown = Unknown,
            Memory = _memory,
        };
        _kernel.Arrange(weights, group);
        return group;
    }

    /// <summary>The pair sum of the first <paramref name="count"/> features, all known.</summary>
    public double Pairs(in WeightTable weights, int count)
    {
        double pairs;
        _kernel.Pairs(weights, Arranged(weights, count), default, &pairs, _scratch);
        return pairs;
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_memory);
}
