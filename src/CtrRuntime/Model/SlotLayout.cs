namespace CtrRuntime.Model;

/// <summary>
/// The bytes of a slot: latent vectors of kA floats each, then the linear weight. The one place that computes them;
/// writer and reader both ask here.
/// </summary>
/// <param name="PaddedLatent">kA: the latent length rounded up to 4, 0 when there is none.</param>
/// <param name="LinearOffset">Bytes from the start of the slot to the linear weight.</param>
/// <param name="Stride">Bytes from one slot to the next.</param>
internal readonly record struct SlotLayout(int PaddedLatent, int LinearOffset, int Stride)
{
    /// <summary>Size of a cache line; slots above it are whole lines, smaller ones a power of two so that none straddles two lines.</summary>
    public const int Line = 64;

    /// <summary>The layout of a slot with <paramref name="blocks"/> latent vectors of <paramref name="latent"/> floats.</summary>
    public static SlotLayout Of(int blocks, int latent)
    {
        int padded = blocks == 0 ? 0 : checked((latent + 3) & ~3);
        int linear = checked(blocks * padded * sizeof(float));
        int used = checked(linear + sizeof(float));
        int stride = used <= Line
            ? (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)used)
            : checked((used + Line - 1) & ~(Line - 1));
        return new(padded, linear, stride);
    }
}
