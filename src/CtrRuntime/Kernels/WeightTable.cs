namespace CtrRuntime.Kernels;

/// <summary>
/// Where the weights of a model's pairs are and how they are laid out. A slot is one contiguous row: its latent vectors
/// ([latent block][kA] weights, kA the latent length rounded up to 4, padding zero), then their scale if they are
/// <see cref="WeightType.Int8"/>. Linear weights are found with the slot, in the index.
/// The memory belongs to whoever made the table: the mapped file, or the trainer.
/// </summary>
internal unsafe struct WeightTable
{
    private const int SmallBytes = 4 * 1024 * 1024;

    /// <summary>The first slot; 64-byte aligned.</summary>
    public byte* Slots;

    /// <summary>Bytes of all slots.</summary>
    public nuint SlotBytes;

    /// <summary>As many zeros as a slot has bytes, and 64 more: what unknown features and missing fields point to. 64-byte aligned.</summary>
    public byte* ZeroSlot;

    /// <summary>Bytes from one slot to the next; 0 when the kind has no latent vectors.</summary>
    public nuint Stride;

    /// <summary>Bytes from the start of a slot to its scale: <see cref="WeightType.Int8"/> only.</summary>
    public nuint ScaleOffset;

    /// <summary>Padded latent length kA: weights from one latent vector of a slot to the next; 0 when the kind has none.</summary>
    public int Latent;

    /// <summary>Latent vectors of a slot: the number of fields for field-aware kinds.</summary>
    public int Blocks;

    /// <summary>How latent and pair weights are stored.</summary>
    public WeightType Type;

    /// <summary>The bias b.</summary>
    public float Bias;

    /// <summary>Table of pair weights (POLY2), or null.</summary>
    public byte* Pairs;

    /// <summary>The pair table has 2^PairBits entries.</summary>
    public int PairBits;

    /// <summary>What an <see cref="WeightType.Int8"/> pair weight is multiplied by.</summary>
    public float PairScale;

    /// <summary>Whether the slots are so near that asking for them costs more than it saves: they are in the second-level cache, or not far from it.</summary>
    public readonly bool IsSmall => SlotBytes <= SmallBytes;

    /// <summary>A latent weight of a slot, without its scale. For the few that are read one by one.</summary>
    public readonly double Element(byte* row, nuint element) => Type switch
    {
        WeightType.Float32 => ((float*)row)[element],
        WeightType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)((ushort*)row)[element] << 16),
        _ => ((sbyte*)row)[element],
    };

    /// <summary>The row of <paramref name="slot"/>.</summary>
    public readonly byte* Row(uint slot) => Slots + (slot * Stride);
}
