using CtrRuntime.Kernels;

namespace CtrRuntime.Model;

/// <summary>
/// The bytes of a slot: latent vectors of kA weights each, then for <see cref="WeightType.Int8"/> their scale. The one place that
/// computes them; writer and reader both ask here.
/// </summary>
/// <param name="Type">How a latent weight is stored.</param>
/// <param name="Blocks">Latent vectors of a slot.</param>
/// <param name="PaddedLatent">kA: the latent length rounded up to 4, 0 when there is none.</param>
/// <param name="Elements">Weights of a slot, padding included.</param>
/// <param name="Stride">Bytes from one slot to the next; 0 for kinds without latent vectors.</param>
internal readonly record struct SlotLayout(WeightType Type, int Blocks, int PaddedLatent, int Elements, int Stride)
{
    /// <summary>Size of a cache line; slots above it are whole lines, smaller ones a power of two so that none straddles two lines.</summary>
    public const int Line = 64;

    /// <summary>Slots of several latent vectors are a multiple of this many weights, so that kernels may read the vectors of neighbouring fields at once.</summary>
    private const int Tile = 16;

    /// <summary>Bytes from the start of a slot to its scale.</summary>
    public int ScaleOffset => Elements * Type.Size();

    /// <summary>Bytes of <see cref="WeightTable.ZeroSlot"/>.</summary>
    public nuint ZeroBytes => (nuint)Stride + Line;

    /// <summary>The layout of the same slot with weights of another type.</summary>
    public SlotLayout As(WeightType type) => Of(Blocks, PaddedLatent, type);

    /// <summary>The layout of a slot with <paramref name="blocks"/> latent vectors of <paramref name="latent"/> weights.</summary>
    public static SlotLayout Of(int blocks, int latent, WeightType type)
    {
        if (blocks == 0) return new(type, 0, 0, 0, 0);
        int padded = checked((latent + 3) & ~3);
        int elements = checked(blocks * padded);
        if (blocks > 1) elements = checked((elements + Tile - 1) & ~(Tile - 1));
        int used = checked(elements * type.Size());
        if (type == WeightType.Int8) used = checked(used + sizeof(float));
        int stride = used <= Line
            ? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)used)
            : checked((used + Line - 1) & ~(Line - 1));
        return new(type, blocks, padded, elements, stride);
    }
}
