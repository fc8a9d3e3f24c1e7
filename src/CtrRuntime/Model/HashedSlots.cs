using System.Runtime.CompilerServices;
using CtrRuntime.Input;

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

    public static bool FindsWeightsApart => true;

    public static HashedSlots Of(in SlotIndex index) => new(index);

    public void Locate(in SlotSearch search) => KeyMix.TopBits(search.Keys, search.Count, _bits, search.Places);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Address(uint place) => _linear + place;

    public void Look(in SlotSearch search)
    {
    }

    public void Find(in SlotSearch search)
    {
        ulong* found = search.Found;
        uint* places = search.Places, linear = (uint*)_linear;
        for (nuint i = 0, count = (nuint)search.Count; i < count; i++)
        {
            uint slot = places[i];
            found[i] = slot;
            places[i] = linear[slot];
        }
    }
}
