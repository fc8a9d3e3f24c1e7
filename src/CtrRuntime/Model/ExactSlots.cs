using System.Runtime.CompilerServices;
using CtrRuntime.Input;

namespace CtrRuntime.Model;

/// <summary>
/// <see cref="IndexKind.Exact"/>, entry by entry: best while the index is in the second-level cache, where a branch for each key costs least.
/// </summary>
internal readonly unsafe struct ExactSlots : ISlotFinder<ExactSlots>
{
    private readonly SlotEntry* _entries;
    private readonly int _bits;
    private readonly uint _maxProbes;

    private ExactSlots(in SlotIndex index)
    {
        _entries = index.Entries;
        _bits = index.Bits;
        _maxProbes = index.MaxProbes;
    }

    /// <summary>The most bits of an index whose places are numbers of entries: they have 32 bits.</summary>
    public const int MostBits = 32;

    public static bool FindsWeightsApart => false;

    public static ExactSlots Of(in SlotIndex index) => new(index);

    public void Locate(in SlotSearch search) => KeyMix.TopBits(search.Keys, search.Count, _bits, search.Places);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Address(uint place) => _entries + place;

    public void Look(in SlotSearch search)
    {
    }

    public void Find(in SlotSearch search)
    {
        ulong* keys = search.Keys, found = search.Found;
        uint* places = search.Places;
        SlotEntry* entries = _entries, end = entries + (1L << _bits);
        uint maxProbes = _maxProbes;
        for (nuint i = 0, count = (nuint)search.Count; i < count; i++)
        {
            SlotEntry* entry = entries + places[i];
            ulong key = keys[i];
            for (uint probes = maxProbes; entry->Key != key && entry->Slot != SlotEntry.Empty && --probes != 0;)
            {
                if (++entry == end) entry = entries;
            }

            found[i] = entry->Key == key ? entry->SlotAndWeight : SlotSearch.NotFound;
        }
    }
}
