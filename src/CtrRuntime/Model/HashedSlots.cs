using System.Runtime.CompilerServices;

namespace CtrRuntime.Model;

/// <summary><see cref="IndexKind.Hashed"/>: the slot is the hash of the key, and every key has one.</summary>
internal readonly unsafe struct HashedSlots : ISlotFinder<HashedSlots>
{
    private readonly float* _linear;
    private readonly int _bits;

    private HashedSlots(in SlotIndex index)
    {
        _linear = index.Linear;
        _bits = index.Bits;
    }

    public static HashedSlots Of(in SlotIndex index) => new(index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Place(ulong key) => SlotIndex.Position(key, _bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Address(ulong place) => _linear + place;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Find(ulong place, ulong key, out float weight)
    {
        weight = _linear[place];
        return (uint)place;
    }
}
