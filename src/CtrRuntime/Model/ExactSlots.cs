using System.Runtime.CompilerServices;

namespace CtrRuntime.Model;

/// <summary><see cref="IndexKind.Exact"/>: probes the table of keys.</summary>
internal readonly unsafe struct ExactSlots : ISlotFinder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Place(in SlotIndex index, ulong key) => SlotIndex.Position(key, index.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void* Address(in SlotIndex index, ulong place) => index.Entries + place;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Find(in SlotIndex index, ulong place, ulong key, out float weight)
    {
        ulong mask = ((ulong)1 << index.Bits) - 1;
        for (uint probe = 0; probe < index.MaxProbes; probe++)
        {
            SlotEntry* entry = index.Entries + place;
            uint slot = entry->Slot;
            if (entry->Key == key && slot < index.SlotCount)
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
