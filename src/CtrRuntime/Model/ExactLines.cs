using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CtrRuntime.Input;
using CtrRuntime.Kernels;

namespace CtrRuntime.Model;

/// <summary>
/// <see cref="IndexKind.Exact"/>, a cache line of four entries at a time: for indexes beyond the second-level cache. It takes more instructions than entry
/// by entry, but has no branch for each key to mispredict, and asks for the second lines that some keys need a group of rows before they are read.
/// </summary>
internal readonly unsafe struct ExactLines : ISlotFinder<ExactLines>
{
    private const int EntryBits = 2, Entries = 1 << EntryBits;

    private readonly byte* _lines;
    private readonly int _lineBits;
    private readonly uint _maxProbes;

    private ExactLines(in SlotIndex index)
    {
        _lines = (byte*)index.Entries;
        _lineBits = index.Bits - EntryBits;
        _maxProbes = index.MaxProbes;
    }

    public static bool FindsWeightsApart => false;

    public static ExactLines Of(in SlotIndex index) => new(index);

    public void Locate(in SlotSearch search) => KeyMix.TopBits(search.Keys, search.Count, _lineBits, search.Places);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void* Address(uint place) => Line(place);

    public void Look(in SlotSearch search)
    {
        ulong* keys = search.Keys, found = search.Found;
        uint* places = search.Places;
        byte* lines = _lines;
        nuint count = (nuint)search.Count;
        for (nuint first = 0; first < count; first += SlotSearch.Word)
        {
            ulong left = 0;
            nuint end = Math.Min(count, first + SlotSearch.Word);
            for (nuint i = first; i < end; i++)
            {
                ulong entry = FindInLine(lines + ((nuint)places[i] * LineFetch.Line), keys[i]);
                found[i] = entry;
                left |= (IsEmpty(entry) ? 1ul : 0) << (int)i;
            }

            search.Left[first / SlotSearch.Word] = left;
            for (; left != 0; left &= left - 1) LineFetch.Ask(Line(Next(places[first + (nuint)BitOperations.TrailingZeroCount(left)])));
        }
    }

    public void Find(in SlotSearch search)
    {
        for (int first = 0; first < search.Count; first += SlotSearch.Word)
        {
            for (ulong left = search.Left[first / SlotSearch.Word]; left != 0; left &= left - 1)
            {
                int i = first + BitOperations.TrailingZeroCount(left);
                ulong key = search.Keys[i], entry = FindInLine(Line(Next(search.Places[i])), key);
                search.Found[i] = IsEmpty(entry) ? SlotIndex.Probe((SlotEntry*)_lines, _lineBits + EntryBits, _maxProbes, key) : entry;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Line(uint line) => _lines + ((nuint)line * LineFetch.Line);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private uint Next(uint line) => (line + 1) & (uint)((1ul << _lineBits) - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsEmpty(ulong entry) => (uint)entry == SlotEntry.Empty;

    /// <summary>
    /// Slot and weight of the entry of a line that has the key; an empty entry if there is none, or if the key is that of empty entries and one of them
    /// comes first.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong FindInLine(byte* line, ulong key)
    {
        uint match;
        if (Avx512F.IsSupported)
        {
            match = (uint)Vector512.Equals(Vector512.Load((ulong*)line), Vector512.Create(key)).ExtractMostSignificantBits();
        }
        else if (Avx2.IsSupported)
        {
            Vector256<ulong> wanted = Vector256.Create(key);
            match = Vector256.Equals(Vector256.Load((ulong*)line), wanted).ExtractMostSignificantBits()
                | (Vector256.Equals(Vector256.Load((ulong*)line + 4), wanted).ExtractMostSignificantBits() << 4);
        }
        else
        {
            match = 0;
            for (int e = 0; e < Entries; e++) match |= (((SlotEntry*)line)[e].Key == key ? 1u : 0) << (2 * e);
        }

        // Keys are every other number of a line. No branch: whether a key is in its first line cannot be predicted.
        match &= 0x55;
        ulong entry = *(ulong*)(line + sizeof(ulong) + ((nuint)(uint)BitOperations.TrailingZeroCount(match | 0x40) * sizeof(ulong)));
        ulong notFound = ((ulong)match - 1) >> 32;
        return entry | notFound;
    }
}
