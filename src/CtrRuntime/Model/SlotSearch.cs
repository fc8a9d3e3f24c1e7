namespace CtrRuntime.Model;

/// <summary>The search for the slots of some keys, on its way through the steps of an <see cref="ISlotFinder{TSelf}"/>.</summary>
internal unsafe struct SlotSearch
{
    /// <summary>What <see cref="Found"/> holds for an unknown key: no slot, and the weight 0.</summary>
    public const ulong NotFound = SlotIndex.Unknown;

    /// <summary>Keys searched at once: a word of bits.</summary>
    public const int Word = 64;

    /// <summary>Number of keys.</summary>
    public int Count;

    /// <summary>The keys.</summary>
    public ulong* Keys;

    /// <summary>Where the search for each key starts, in units of the finder.</summary>
    public uint* Places;

    /// <summary>What has been found; see <see cref="ISlotFinder{TSelf}.FindsWeightsApart"/>.</summary>
    public ulong* Found;

    /// <summary>A bit for each key whose search goes on in another line; only of finders that have a second step.</summary>
    public ulong* Left;
}
