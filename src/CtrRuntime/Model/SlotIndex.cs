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

    /// <summary>Zero.</summary>
    public uint Reserved;
}

/// <summary>
/// Finds the slot of a key. An exact index is an open-addressing table with linear probing, of 2^Bits entries at most half full; a key starts at the
/// top bits of its mix and is found within <see cref="MaxProbes"/> entries or not at all. Slots it answers are always below the slot count,
/// whatever the table holds, so that a damaged table cannot lead a kernel out of bounds.
/// </summary>
internal unsafe struct SlotIndex
{
    /// <summary>What <see cref="Find"/> answers for an unknown key.</summary>
    public const uint Unknown = uint.MaxValue;

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

    /// <summary>The first <paramref name="bits"/> bits of a mixed key as a position.</summary>
    public static ulong Position(ulong key, int bits) => bits == 0 ? 0 : KeyMix.Of(key) >> (64 - bits);

    /// <summary>The slot of <paramref name="key"/>, or <see cref="Unknown"/>.</summary>
    public readonly uint Find(ulong key) => Kind switch
    {
        IndexKind.Direct => key < SlotCount ? (uint)key : Unknown,
        IndexKind.Hashed => (uint)Position(key, Bits),
        _ => Probe(key),
    };

    private readonly uint Probe(ulong key)
    {
        ulong mask = ((ulong)1 << Bits) - 1;
        ulong at = Position(key, Bits);
        for (uint probe = 0; probe < MaxProbes; probe++)
        {
            SlotEntry* entry = Entries + at;
            if (entry->Slot == SlotEntry.Empty) return Unknown;
            if (entry->Key == key) return entry->Slot < SlotCount ? entry->Slot : Unknown;
            at = (at + 1) & mask;
        }

        return Unknown;
    }
}
