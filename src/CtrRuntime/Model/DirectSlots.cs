using System.Runtime.CompilerServices;

namespace CtrRuntime.Model;

/// <summary><see cref="IndexKind.Direct"/>: the key is the slot.</summary>
internal readonly unsafe struct DirectSlots : ISlotFinder<DirectSlots>
{
    private readonly float* _linear;
    private readonly uint _slotCount;

    private DirectSlots(in SlotIndex index)
    {
        _linear = index.Linear;
        _slotCount = index.SlotCount;
    }

    public static DirectSlots Of(in SlotIndex index) => new(index);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Place(ulong key) => key;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Address(ulong place) => place < _slotCount ? _linear + place : null;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Find(ulong place, ulong key, out float weight)
    {
        bool known = key < _slotCount;
        weight = known ? _linear[key] : 0;
        return known ? (uint)key : SlotIndex.Unknown;
    }
}
