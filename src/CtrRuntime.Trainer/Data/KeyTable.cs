using CtrRuntime.Input;
using CtrRuntime.Kernels;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// Numbers keys 0, 1, 2, … in the order in which they are first seen: an open-addressing table with linear probing, at most half full.
/// A key stands beside its number, so that it costs one cache line, and the lines of a whole row are asked for before the first is needed.
/// </summary>
internal sealed unsafe class KeyTable
{
    /// <summary>What <see cref="Find"/> answers for a key without a number.</summary>
    public const uint Unknown = uint.MaxValue;

    /// <summary>The most lines that are asked for at once.</summary>
    private const int Block = 64;
    private const int MaximumBits = 30;

    private ulong[] _keys = [];
    private int _bits = 10;
    private Entry[] _table = [];

    /// <summary>An empty table.</summary>
    public KeyTable() => Grow();

    /// <summary>Number of keys.</summary>
    public uint Count { get; private set; }

    /// <summary>The key of a number.</summary>
    public ulong KeyOf(uint number) => _keys[number];

    /// <summary>The numbers of keys, each <see cref="Unknown"/> if it has none.</summary>
    public void Find(ReadOnlySpan<ulong> keys, Span<uint> numbers)
    {
        for (int start = 0; start < keys.Length; start += Block)
        {
            int end = Math.Min(start + Block, keys.Length);
            Ask(keys[start..end], numbers[start..end]);
            for (int i = start; i < end; i++) numbers[i] = Probe(keys[i], numbers[i]).NumberAndOne - 1;
        }
    }

    /// <summary>The numbers of keys, new ones for those that have none yet.</summary>
    public void Add(ReadOnlySpan<ulong> keys, Span<uint> numbers)
    {
        for (int start = 0; start < keys.Length; start += Block)
        {
            int end = Math.Min(start + Block, keys.Length);
            Ask(keys[start..end], numbers[start..end]);
            for (int i = start; i < end; i++)
            {
                ref Entry entry = ref Probe(keys[i], numbers[i]);
                if (entry.NumberAndOne == 0)
                {
                    if (Count == _keys.Length)
                    {
                        Grow();
                        Ask(keys[i..end], numbers[i..end]);
                        entry = ref Probe(keys[i], numbers[i]);
                    }

                    _keys[Count] = keys[i];
                    entry = new() { Key = keys[i], NumberAndOne = ++Count };
                }

                numbers[i] = entry.NumberAndOne - 1;
            }
        }
    }

    // Where the search for each key starts; asks for the lines there.
    private void Ask(ReadOnlySpan<ulong> keys, Span<uint> starts)
    {
        fixed (ulong* key = keys)
        fixed (uint* start = starts)
        fixed (Entry* table = _table)
        {
            KeyMix.TopBits(key, keys.Length, _bits, start);
            for (int i = 0; i < keys.Length; i++) LineFetch.Ask(table + start[i]);
        }
    }

    // The entry of the key, or the empty one where it would be.
    private ref Entry Probe(ulong key, uint position)
    {
        Entry[] table = _table;
        uint mask = (uint)table.Length - 1;
        while (table[position].NumberAndOne != 0 && table[position].Key != key) position = (position + 1) & mask;
        return ref table[position];
    }

    private void Grow()
    {
        if (_bits == MaximumBits) throw new CtrException(CtrStatus.OutOfMemory, $"more than {_keys.Length} different features; use a hashed index");
        _bits++;
        _table = new Entry[1 << _bits];
        Array.Resize(ref _keys, _table.Length / 2);
        var starts = new uint[Block];
        for (int first = 0; first < Count; first += Block)
        {
            ReadOnlySpan<ulong> keys = _keys.AsSpan(first, (int)Math.Min(Block, Count - first));
            Ask(keys, starts);
            for (int i = 0; i < keys.Length; i++) Probe(keys[i], starts[i]) = new() { Key = keys[i], NumberAndOne = (uint)(first + i + 1) };
        }
    }

    private struct Entry
    {
        public ulong Key;

        /// <summary>0 in an empty entry.</summary>
        public uint NumberAndOne;
    }
}
