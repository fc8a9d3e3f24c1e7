namespace CtrRuntime.Kernels;

/// <summary>
/// The part of a field-aware slot that a context's fields take: from its first field to its last, rounded to whole tiles, so that registers of any
/// width read it. In weights from the start of a slot.
/// </summary>
internal readonly struct FieldSpan(nuint start, nuint length)
{
    /// <summary>The first weight.</summary>
    public nuint Start => start;

    /// <summary>Number of weights.</summary>
    public nuint Length => length;

    // What SlotLayout rounds slots of several latent vectors up to.
    private const nuint Tile = 16;

    /// <summary>The span of fields <paramref name="first"/> to <paramref name="last"/>.</summary>
    public static FieldSpan Of(in WeightTable weights, uint first, uint last)
    {
        nuint latent = (nuint)weights.Latent;
        nuint start = first * latent / Tile * Tile;
        return new(start, ((((last + 1) * latent) + Tile - 1) / Tile * Tile) - start);
    }
}
