using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Scoring;

/// <summary>Turns what a search has found into what kernels read: linear weights, the addresses of slots, and which features are unknown.</summary>
internal static unsafe class GroupSlots
{
    private const int Word = SlotSearch.Word;

    /// <summary>
    /// Fills a group's weights, slots and unknown bits. In place: <see cref="SlotSearch.Places"/> becomes <see cref="RowGroup.Weights"/>, and
    /// <see cref="SlotSearch.Found"/> becomes <see cref="RowGroup.Slots"/>. Slots that are not below the slot count are unknown, so that a damaged index cannot
    /// lead a kernel out of bounds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Fill<TFinder>(in WeightTable weights, uint slotCount, in SlotSearch search, in RowGroup group)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        for (int first = 0; first < search.Count; first += Word)
        {
            int count = Math.Min(Word, search.Count - first);
            ulong unknown = FillWord<TFinder>(weights, slotCount, search.Found + first, (uint*)search.Places + first, count);
            group.Unknown[first / Word] = count == Word ? unknown : unknown & ((1ul << count) - 1);
        }
    }

    private static ulong FillWord<TFinder>(in WeightTable weights, uint slotCount, ulong* found, uint* linear, int count)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        bool apart = TFinder.FindsWeightsApart;
        ulong unknown = 0, slots = (ulong)weights.Slots, stride = weights.Stride, zero = (ulong)weights.ZeroSlot;
        if (Avx512F.IsSupported)
        {
            Vector512<ulong> limit = Vector512.Create((ulong)slotCount), low = Vector512.Create((ulong)uint.MaxValue);

            // Not where it is used: there, .NET 10 without optimisation multiplies by what is in another register.
            Vector512<uint> strides = Vector512.Create(stride).AsUInt32();
            for (int i = 0; i < count; i += 8)
            {
                Vector512<ulong> entry = Vector512.Load(found + i);
                Vector512<ulong> known = Vector512.LessThan(apart ? entry : entry & low, limit);
                unknown |= (~known.ExtractMostSignificantBits() & 0xFF) << i;
                Vector512<ulong> address = Avx512F.Multiply(entry.AsUInt32(), strides) + Vector512.Create(slots);
                if (apart) (Vector256.Load(linear + i) & Avx512F.ConvertToVector256UInt32(known)).Store(linear + i);
                else Avx512F.ConvertToVector256UInt32((entry & known) >>> 32).Store(linear + i);
                if (stride == 0) continue;
                Vector512.ConditionalSelect(known, address, Vector512.Create(zero)).Store(found + i);
            }

            return unknown;
        }

        if (Avx2.IsSupported)
        {
            Vector256<ulong> limit = Vector256.Create((ulong)slotCount);
            Vector256<ulong> low = Vector256.Create((ulong)uint.MaxValue);
            Vector256<uint> odd = Vector256.Create(1u, 3, 5, 7, 0, 0, 0, 0);
            Vector256<uint> strides = Vector256.Create(stride).AsUInt32();
            for (int i = 0; i < count; i += 4)
            {
                Vector256<ulong> entry = Vector256.Load(found + i);
                Vector256<ulong> known = Vector256.LessThan(apart ? entry : entry & low, limit);
                unknown |= (ulong)(~known.ExtractMostSignificantBits() & 0xF) << i;
                Vector256<ulong> address = Avx2.Multiply(entry.AsUInt32(), strides) + Vector256.Create(slots);
                if (apart) (Vector128.Load(linear + i) & Avx2.PermuteVar8x32(known.AsUInt32(), odd).GetLower()).Store(linear + i);
                else Avx2.PermuteVar8x32((entry & known).AsUInt32(), odd).GetLower().Store(linear + i);
                if (stride == 0) continue;
                Vector256.ConditionalSelect(known, address, Vector256.Create(zero)).Store(found + i);
            }

            return unknown;
        }

        for (int i = 0; i < count; i++)
        {
            ulong entry = found[i], slot = apart ? entry : (uint)entry;
            bool known = slot < slotCount;
            linear[i] = !known ? 0 : apart ? linear[i] : (uint)(entry >> 32);
            found[i] = known ? slots + (slot * stride) : zero;
            unknown |= (known ? 0 : 1ul) << i;
        }

        return unknown;
    }

    /// <summary>Unknown features from <paramref name="start"/> to before <paramref name="end"/>.</summary>
    public static uint CountUnknown(in RowGroup group, int start, int end)
    {
        int count = 0;
        for (int word = start / Word; word * Word < end; word++)
        {
            ulong bits = group.Unknown[word];
            if (word == start / Word) bits &= ulong.MaxValue << start;
            if ((word + 1) * Word > end) bits &= ~(ulong.MaxValue << end);
            count += BitOperations.PopCount(bits);
        }

        return (uint)count;
    }
}
