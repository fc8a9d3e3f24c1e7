namespace CtrRuntime.Kernels;

/// <summary>
/// Where a model's numbers are and how they are laid out. A slot is one contiguous row: its latent vectors
/// ([latent block][kA] floats, kA the latent length rounded up to 4, padding zero), then the linear weight.
/// The memory belongs to whoever made the table: the mapped file, or the trainer.
/// </summary>
internal unsafe struct WeightTable
{
    /// <summary>The first slot; 64-byte aligned.</summary>
    public byte* Slots;

    /// <summary>Bytes from one slot to the next.</summary>
    public nuint Stride;

    /// <summary>Bytes from the start of a slot to its linear weight.</summary>
    public nuint LinearOffset;

    /// <summary>Padded latent length kA: floats from one latent vector of a slot to the next; 0 when the kind has none.</summary>
    public int Latent;

    /// <summary>The bias b.</summary>
    public float Bias;

    /// <summary>Table of pair weights (POLY2), or null.</summary>
    public float* Pairs;

    /// <summary>The pair table has 2^PairBits entries.</summary>
    public int PairBits;

    /// <summary>The row of <paramref name="slot"/>.</summary>
    public readonly float* Row(uint slot) => (float*)(Slots + (slot * Stride));

    /// <summary>The linear weight of <paramref name="slot"/>.</summary>
    public readonly float LinearWeight(uint slot) => *(float*)(Slots + (slot * Stride) + LinearOffset);
}
