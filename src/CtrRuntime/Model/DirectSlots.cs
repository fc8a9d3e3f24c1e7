using System.Runtime.CompilerServices;

namespace CtrRuntime.Model;

/// <summary><see cref="IndexKind.Direct"/>: the key is the slot.</summary>
internal readonly unsafe struct DirectSlots : ISlotFinder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Place(in SlotIndex index, ulong key) => key;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void* Address(in SlotIndex index, ulong place) => place < index.SlotCount ? index.Linear + place : null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Find(in SlotIndex index, ulong place, ulong key, out float weight)
    {
        bool known = key < index.SlotCount;
        weight = known ? index.Linear[key] : 0;
        return known ? (uint)key : SlotIndex.Unknown;
    }
}
