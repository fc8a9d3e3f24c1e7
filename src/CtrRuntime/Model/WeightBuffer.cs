using System.Runtime.InteropServices;
using CtrRuntime.Kernels;

namespace CtrRuntime.Model;

/// <summary>
/// Native memory for the weights of a model that is being made, in the layout in which they are served, so that the runtime's own
/// kernels can score it and the writer can write it as it is. Starts as zeros.
/// </summary>
internal sealed unsafe class WeightBuffer : IDisposable
{
    private const int Alignment = 64;
    private byte* _slots;
    private byte* _pairs;
    private float* _linear;
    private readonly ModelMemory _zeros;

    /// <summary>Memory for <paramref name="slotCount"/> slots, and 2^<paramref name="pairBits"/> pair weights unless that is negative.</summary>
    public WeightBuffer(uint slotCount, SlotLayout layout, int pairBits)
    {
        SlotCount = slotCount;
        Layout = layout;
        PairBits = pairBits;
        SlotBytes = checked((nuint)slotCount * (nuint)layout.Stride);
        _zeros = ModelMemory.Zeros(layout.ZeroBytes);
        _slots = (byte*)Allocate(SlotBytes);
        _linear = (float*)Allocate(LinearBytes);
        if (pairBits >= 0) _pairs = (byte*)Allocate(PairBytes);
    }

    /// <summary>Number of slots.</summary>
    public uint SlotCount { get; }

    /// <summary>The bytes of one slot.</summary>
    public SlotLayout Layout { get; }

    /// <summary>The pair table has 2^PairBits weights; negative when there is none.</summary>
    public int PairBits { get; }

    /// <summary>Bytes of all slots.</summary>
    public nuint SlotBytes { get; }

    /// <summary>Bytes of the pair table, 0 when there is none.</summary>
    public nuint PairBytes => PairBits < 0 ? 0 : (nuint)Layout.Type.Size() << PairBits;

    /// <summary>What a pair weight is multiplied by; <see cref="WeightType.Int8"/> only.</summary>
    public float PairScale { get; set; }

    /// <summary>The linear weight of each slot.</summary>
    public float* Linear
    {
        get
        {
            ObjectDisposedException.ThrowIf(_linear == null, this);
            return _linear;
        }
    }

    /// <summary>The table that kernels read, with the given bias.</summary>
    public WeightTable Table(float bias)
    {
        ObjectDisposedException.ThrowIf(_slots == null, this);
        return new WeightTable
        {
            Slots = _slots,
            SlotBytes = SlotBytes,
            ZeroSlot = _zeros.Bytes,
            Stride = (nuint)Layout.Stride,
            ScaleOffset = (nuint)Layout.ScaleOffset,
            Latent = Layout.PaddedLatent,
            Blocks = Layout.Blocks,
            Type = Layout.Type,
            Bias = bias,
            Pairs = _pairs,
            PairBits = Math.Max(PairBits, 0),
            PairScale = PairScale,
        };
    }

    /// <summary>Takes over all weights of a buffer of the same shape.</summary>
    public void CopyFrom(WeightBuffer other)
    {
        if (other.SlotCount != SlotCount || other.Layout != Layout || other.PairBits != PairBits) throw new ArgumentException("the shapes differ", nameof(other));
        NativeMemory.Copy(other._slots, _slots, SlotBytes);
        NativeMemory.Copy(other._linear, _linear, LinearBytes);
        NativeMemory.Copy(other._pairs, _pairs, PairBytes);
        PairScale = other.PairScale;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _zeros.Dispose();
        NativeMemory.AlignedFree(_slots);
        NativeMemory.AlignedFree(_linear);
        NativeMemory.AlignedFree(_pairs);
        _slots = null;
        _linear = null;
        _pairs = null;
    }

    private nuint LinearBytes => (nuint)SlotCount * sizeof(float);

    private static void* Allocate(nuint bytes)
    {
        // Aligned native memory is not zeroed, and a size of zero may come back as null.
        nuint size = Math.Max(bytes, Alignment);
        void* memory = NativeMemory.AlignedAlloc(size, Alignment);
        NativeMemory.Clear(memory, size);
        return memory;
    }
}
