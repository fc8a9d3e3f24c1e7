using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

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

    public static bool FindsWeightsApart => true;

    public static DirectSlots Of(in SlotIndex index) => new(index);

    // Unknown keys read the weight of slot 0, so that there is no branch; without slots there are none but unknown keys. The key is all there is to find.
    public void Locate(in SlotSearch search)
    {
        ulong* keys = search.Keys, found = search.Found;
        uint* places = search.Places;
        ulong slotCount = _slotCount;
        int i = 0, count = search.Count;
        if (Avx512F.IsSupported)
        {
            Vector512<ulong> limit = Vector512.Create(slotCount);
            for (; i + 8 <= count; i += 8)
            {
                Vector512<ulong> key = Vector512.Load(keys + i);
                key.Store(found + i);
                Avx512F.ConvertToVector256UInt32(key & Vector512.LessThan(key, limit)).Store(places + i);
            }
        }

        for (; i < count; i++)
        {
            ulong key = keys[i];
            found[i] = key;
            places[i] = key < slotCount ? (uint)key : 0;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Address(uint place) => _linear + place;

    public void Look(in SlotSearch search)
    {
    }

    public void Find(in SlotSearch search)
    {
        if (_slotCount == 0) return;
        uint* places = search.Places, linear = (uint*)_linear;
        nuint i = 0, count = (nuint)search.Count;
        for (; i + 4 <= count; i += 4)
        {
            places[i] = linear[places[i]];
            places[i + 1] = linear[places[i + 1]];
            places[i + 2] = linear[places[i + 2]];
            places[i + 3] = linear[places[i + 3]];
        }

        for (; i < count; i++) places[i] = linear[places[i]];
    }
}
