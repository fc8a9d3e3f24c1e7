using System.Runtime.CompilerServices;

namespace CtrRuntime.Model;

/// <summary><see cref="IndexKind.Hashed"/>: the slot is the hash of the key, and every key has one.</summary>
internal readonly unsafe struct HashedSlots : ISlotFinder
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Place(in SlotIndex index, ulong key) => SlotIndex.Position(key, index.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void* Address(in SlotIndex index, ulong place) => index.Linear + place;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Find(in SlotIndex index, ulong place, ulong key, out float weight)
    {
        weight = index.Linear[place];
        return (uint)place;
    }
}
