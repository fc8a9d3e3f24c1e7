using System.Runtime.CompilerServices;
using CtrRuntime.Input;

namespace CtrRuntime.Model;

/// <summary><see cref="IndexKind.Exact"/>: probes the table of keys.</summary>
internal readonly unsafe struct ExactSlots : ISlotFinder<ExactSlots>
{
    private readonly SlotEntry* _entries;
    private readonly int _bits;
    private readonly uint _slotCount;
    private readonly uint _maxProbes;

    private ExactSlots(in SlotIndex index)
    {
        _entries = index.Entries;
        _bits = index.Bits;
        _slotCount = index.SlotCount;
        _maxProbes = index.MaxProbes;
    }

    public static ExactSlots Of(in SlotIndex index) => new(index);

    // A table has at least two entries, so that the shift is below 64.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Place(ulong key) => KeyMix.Of(key) >> (64 - _bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Address(ulong place) => _entries + place;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Find(ulong place, ulong key, out float weight)
    {
        // Most keys are where their search starts.
        SlotEntry* entry = _entries + place;
        uint slot = entry->Slot;
        weight = entry->Weight;
        return entry->Key == key && slot < _slotCount ? slot : Probe(place, key, out weight);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint Probe(ulong place, ulong key, out float weight)
    {
        ulong mask = ((ulong)1 << _bits) - 1;
        for (uint probe = 0; probe < _maxProbes; probe++)
        {
            SlotEntry* entry = _entries + place;
            uint slot = entry->Slot;
            if (entry->Key == key && slot < _slotCount)
            {
                weight = entry->Weight;
                return slot;
            }

            if (slot == SlotEntry.Empty) break;
            place = (place + 1) & mask;
        }

        weight = 0;
        return SlotIndex.Unknown;
    }
}
