using System.Numerics;
using System.Runtime.InteropServices;

namespace CtrRuntime.Model;

/// <summary>Makes and checks the table of an exact index: see <see cref="SlotIndex"/>.</summary>
internal static unsafe class SlotIndexTable
{
    /// <summary>Bits of the smallest table that is at most half full.</summary>
    public static int BitsFor(uint slots) => Math.Max(1, BitOperations.Log2(BitOperations.RoundUpToPowerOf2((ulong)slots * 2)));

    /// <summary>
    /// A table in which key i finds slot i. Keys are placed in slot order, so that those that come first are found first.
    /// </summary>
    /// <param name="keys">The key of each slot; all different.</param>
    /// <param name="weights">The linear weight of each slot.</param>
    /// <param name="maxProbes">The longest distance of a key from its start, in entries.</param>
    /// <exception cref="ArgumentException">A key occurs twice.</exception>
    public static SlotEntry[] Build(ReadOnlySpan<ulong> keys, float* weights, out uint maxProbes)
    {
        int bits = BitsFor((uint)keys.Length);
        var table = new SlotEntry[(long)1 << bits];
        Array.Fill(table, new SlotEntry { Slot = SlotEntry.Empty });
        ulong mask = ((ulong)1 << bits) - 1;
        maxProbes = 0;
        for (int slot = 0; slot < keys.Length; slot++)
        {
            ulong at = SlotIndex.Position(keys[slot], bits);
            uint probes = 1;
            while (table[at].Slot != SlotEntry.Empty)
            {
                if (table[at].Key == keys[slot]) throw new ArgumentException($"key {keys[slot]} occurs twice", nameof(keys));
                at = (at + 1) & mask;
                probes++;
            }

            table[at] = new SlotEntry { Key = keys[slot], Slot = (uint)slot, Weight = weights[slot] };
            maxProbes = Math.Max(maxProbes, probes);
        }

        return table;
    }

    /// <summary>Checks that every slot is found by exactly one key, and that the longest probe is as stated.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.ModelIndex"/>, or <see cref="CtrStatus.ModelWeights"/> for a linear weight that is not finite.</exception>
    public static void Verify(in SlotIndex index)
    {
        nuint words = ((nuint)index.SlotCount + 63) / 64;
        ulong* seen = (ulong*)NativeMemory.AllocZeroed(Math.Max(words, 1), sizeof(ulong));
        try
        {
            ulong found = 0;
            for (ulong e = 0; e < (ulong)1 << index.Bits; e++)
            {
                SlotEntry entry = index.Entries[e];
                if (entry.Slot == SlotEntry.Empty) continue;
                if (entry.Slot >= index.SlotCount) throw Bad($"entry {e} names slot {entry.Slot} of {index.SlotCount}");
                if (!float.IsFinite(entry.Weight)) throw new CtrException(CtrStatus.ModelWeights, $"the linear weight of slot {entry.Slot} is not finite");
                ulong bit = (ulong)1 << (int)(entry.Slot % 64);
                if ((seen[entry.Slot / 64] & bit) != 0) throw Bad($"slot {entry.Slot} occurs twice");
                seen[entry.Slot / 64] |= bit;
                if (index.Find(entry.Key) != entry.Slot) throw Bad($"the key of slot {entry.Slot} is not found within {index.MaxProbes} probes");
                found++;
            }

            if (found != index.SlotCount) throw Bad($"{found} keys for {index.SlotCount} slots");
        }
        finally
        {
            NativeMemory.Free(seen);
        }

        static CtrException Bad(string detail) => new(CtrStatus.ModelIndex, $"slot index: {detail}");
    }
}
