using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CtrRuntime.Input;

namespace CtrRuntime.Model;

/// <summary>An entry of the exact index: 16 bytes, four to a cache line.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SlotEntry
{
    /// <summary>The slot of an entry that holds no key.</summary>
    public const uint Empty = uint.MaxValue;

    /// <summary>The key.</summary>
    public ulong Key;

    /// <summary>Its slot, or <see cref="Empty"/>.</summary>
    public uint Slot;

    /// <summary>The feature's linear weight; 0 in an empty entry.</summary>
    public float Weight;

    /// <summary>The slot in the lower half, the bits of the weight in the upper one.</summary>
    public readonly ulong SlotAndWeight => Unsafe.As<uint, ulong>(ref Unsafe.AsRef(in Slot));
}

/// <summary>
/// Finds the slot of a key, and with it the linear weight of the feature: what every kind needs costs one cache line. An exact index is an
/// open-addressing table with linear probing, of 2^Bits entries at most half full; a key starts at the top bits of its mix and is found within
/// <see cref="MaxProbes"/> entries or not at all. Direct and hashed indexes compute the slot and have only an array of linear weights. Slots are
/// always below the slot count, whatever the memory holds, so that a damaged table cannot lead a kernel out of bounds.
/// </summary>
internal unsafe struct SlotIndex
{
    /// <summary>What <see cref="Find(ulong)"/> answers for an unknown key.</summary>
    public const uint Unknown = uint.MaxValue;

    /// <summary>The most bits of an exact index that counts as being in the second-level cache: 512 KB.</summary>
    private const int SmallBits = 15;

    private const ulong NearBytes = 512 * 1024;

    /// <summary>How keys find slots.</summary>
    public IndexKind Kind;

    /// <summary>Number of slots; at most 2^32 − 1.</summary>
    public uint SlotCount;

    /// <summary>Exact: the table has 2^Bits entries. Hashed: there are 2^Bits slots.</summary>
    public int Bits;

    /// <summary>Exact: no key is further than this many entries from its start.</summary>
    public uint MaxProbes;

    /// <summary>Exact: the table.</summary>
    public SlotEntry* Entries;

    /// <summary>Direct and hashed: the linear weight of each slot.</summary>
    public float* Linear;

    /// <summary>The first <paramref name="bits"/> bits of a mixed key as a position.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Position(ulong key, int bits) => bits == 0 ? 0 : KeyMix.Of(key) >> (64 - bits);

    /// <summary>The slot of <paramref name="key"/>, or <see cref="Unknown"/>.</summary>
    public readonly uint Find(ulong key) => Find(key, out _);

    /// <summary>The slot of <paramref name="key"/>, or <see cref="Unknown"/>, and its linear weight, 0 when unknown.</summary>
    public readonly uint Find(ulong key, out float weight)
    {
        return Kind switch
        {
            IndexKind.Direct => Find<DirectSlots>(key, out weight),
            IndexKind.Hashed => Find<HashedSlots>(key, out weight),
            _ => SearchesByLines ? Find<ExactLines>(key, out weight) : Find<ExactSlots>(key, out weight),
        };
    }

    /// <summary>
    /// The entry of a key in an exact index, slot and weight, or <see cref="SlotSearch.NotFound"/>: from where its search starts until it is found, or an
    /// empty entry is, or no key of the index took as long.
    /// </summary>
    public static ulong Probe(SlotEntry* entries, int bits, uint maxProbes, ulong key)
    {
        ulong place = Position(key, bits), mask = ((ulong)1 << bits) - 1;
        for (uint probe = 0; probe < maxProbes; probe++)
        {
            SlotEntry* entry = entries + place;
            if (entry->Slot == SlotEntry.Empty) break;
            if (entry->Key == key) return entry->SlotAndWeight;
            place = (place + 1) & mask;
        }

        return SlotSearch.NotFound;
    }

    /// <summary>Whether the index is so near, in the second-level cache, that asking for its lines costs more than it saves.</summary>
    public readonly bool IsNear => (Kind == IndexKind.Exact ? (ulong)sizeof(SlotEntry) << Bits : (ulong)SlotCount * sizeof(float)) <= NearBytes;

    /// <summary>Whether an exact index is searched by <see cref="ExactLines"/>, or else by <see cref="ExactSlots"/>.</summary>
    public readonly bool SearchesByLines => Bits > SmallBits;

    private readonly uint Find<TFinder>(ulong key, out float weight)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        // Finders write whole vectors.
        uint* places = stackalloc uint[8];
        ulong* found = stackalloc ulong[8];
        ulong left;
        var search = new SlotSearch { Count = 1, Keys = &key, Places = places, Found = found, Left = &left };
        TFinder finder = TFinder.Of(this);
        finder.Locate(search);
        finder.Look(search);
        finder.Find(search);
        ulong slot = TFinder.FindsWeightsApart ? *found : (uint)*found;
        bool known = slot < SlotCount;
        weight = known ? BitConverter.UInt32BitsToSingle(TFinder.FindsWeightsApart ? *places : (uint)(*found >> 32)) : 0;
        return known ? (uint)slot : Unknown;
    }
}
