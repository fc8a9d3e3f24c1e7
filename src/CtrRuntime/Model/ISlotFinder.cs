namespace CtrRuntime.Model;

/// <summary>
/// One kind of index, in two steps, so that a caller with many keys can compute all places and ask for their memory before the first is read.
/// </summary>
internal unsafe interface ISlotFinder<TSelf>
    where TSelf : struct, ISlotFinder<TSelf>
{
    /// <summary>The finder of an index.</summary>
    static abstract TSelf Of(in SlotIndex index);

    /// <summary>Where the search for a key starts; computed from the key alone.</summary>
    ulong Place(ulong key);

    /// <summary>The address that <see cref="Find"/> will read first; always inside the index, or null.</summary>
    void* Address(ulong place);

    /// <summary>The slot of the key, or <see cref="SlotIndex.Unknown"/>, and its linear weight, 0 when unknown.</summary>
    uint Find(ulong place, ulong key, out float weight);
}
