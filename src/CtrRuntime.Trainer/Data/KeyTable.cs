using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// Numbers keys 0, 1, 2, … in the order in which they are first seen: an open-addressing table with linear probing,
/// at most half full.
/// </summary>
internal sealed class KeyTable
{
    private ulong[] _keys = new ulong[1024];
    private uint[] _numbers = new uint[2048];
    private int _bits = 11;

    /// <summary>Number of keys.</summary>
    public uint Count { get; private set; }

    /// <summary>The key of a number.</summary>
    public ulong KeyOf(uint number) => _keys[number];

    /// <summary>The number of a key; false when it has none.</summary>
    public bool TryFind(ulong key, out uint number)
    {
        number = _numbers[Position(key)] - 1;
        return number != uint.MaxValue;
    }

    /// <summary>The number of a key, a new one if it has none yet.</summary>
    public uint Add(ulong key)
    {
        int position = Position(key);
        if (_numbers[position] != 0) return _numbers[position] - 1;
        if (Count == _keys.Length)
        {
            Grow();
            position = Position(key);
        }

        _keys[Count] = key;
        _numbers[position] = ++Count;
        return Count - 1;
    }

    // Where the key's number + 1 stands, or the zero where it would.
    private int Position(ulong key)
    {
        int mask = _numbers.Length - 1;
        int position = (int)SlotIndex.Position(key, _bits);
        while (_numbers[position] != 0 && _keys[_numbers[position] - 1] != key) position = (position + 1) & mask;
        return position;
    }

    private void Grow()
    {
        if (_bits == 30) throw new CtrException(CtrStatus.OutOfMemory, $"more than {_keys.Length} different features; use a hashed index");
        Array.Resize(ref _keys, _keys.Length * 2);
        _numbers = new uint[_numbers.Length * 2];
        _bits++;
        for (uint number = 0; number < Count; number++) _numbers[Position(_keys[number])] = number + 1;
    }
}
