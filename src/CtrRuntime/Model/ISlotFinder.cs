namespace CtrRuntime.Model;

/// <summary>
/// One way of finding slots, in steps, each a group of rows after the one before, so that memory is on the way when it is read: where the search starts
/// is computed from the keys and asked for; which keys are there, and what else must be asked for; the slots.
/// </summary>
internal unsafe interface ISlotFinder<TSelf>
    where TSelf : struct, ISlotFinder<TSelf>
{
    /// <summary>
    /// Whether linear weights are found apart from slots: then <see cref="Find"/> writes a slot, or any larger number, to <see cref="SlotSearch.Found"/>, and the
    /// weight in place of <see cref="SlotSearch.Places"/>. Else the slot is in the lower half of Found and the weight in the upper one.
    /// </summary>
    static abstract bool FindsWeightsApart { get; }

    /// <summary>The finder of an index.</summary>
    static abstract TSelf Of(in SlotIndex index);

    /// <summary>Fills <see cref="SlotSearch.Places"/>, in whole vectors; where a key tells its slot, <see cref="SlotSearch.Found"/> too.</summary>
    void Locate(in SlotSearch search);

    /// <summary>The address that is read first; always inside the index, or one that may not be read but asked for.</summary>
    void* Address(uint place);

    /// <summary>Reads what has been asked for, and asks for what must be read besides.</summary>
    void Look(in SlotSearch search);

    /// <summary>Finds slots and linear weights. Slots may be beyond the slot count: then the key is unknown.</summary>
    void Find(in SlotSearch search);
}
