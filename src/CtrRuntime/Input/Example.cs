namespace CtrRuntime.Input;

/// <summary>
/// One labelled impression as a row of (field, key, value) triples. A reader fills the same instance again and again,
/// so whoever keeps a row copies it.
/// </summary>
internal sealed class Example
{
    /// <summary>Field numbers, valid up to <see cref="Count"/>.</summary>
    public uint[] Fields = new uint[64];

    /// <summary>Keys, valid up to <see cref="Count"/>.</summary>
    public ulong[] Keys = new ulong[64];

    /// <summary>Finite values, valid up to <see cref="Count"/>.</summary>
    public float[] Values = new float[64];

    /// <summary>Number of features. Who writes to the arrays sets it.</summary>
    public int Count { get; set; }

    /// <summary>The label as written: 0 or 1 (or −1 or 1) for clicks, any finite number for ratings. Meaningless unless <see cref="HasLabel"/>.</summary>
    public float Label { get; set; }

    /// <summary>False when the line has no label, which only scoring accepts.</summary>
    public bool HasLabel { get; set; }

    /// <summary>How many such examples this one stands for; at least 0, finite, 1 by default.</summary>
    public float Weight { get; set; } = 1;

    /// <summary>Forgets the features and the label.</summary>
    public void Clear()
    {
        Count = 0;
        HasLabel = false;
        Label = 0;
        Weight = 1;
    }

    /// <summary>Makes the arrays long enough for so many more features.</summary>
    public void Reserve(int more)
    {
        if (Keys.Length - Count >= more) return;
        int length = (int)Math.Min(Math.Max(Count + (long)more, 2L * Count), Array.MaxLength);
        Array.Resize(ref Fields, length);
        Array.Resize(ref Keys, length);
        Array.Resize(ref Values, length);
    }

    /// <summary>Appends a feature, growing the arrays when they are full.</summary>
    public void Add(uint field, ulong key, float value)
    {
        Reserve(1);
        Fields[Count] = field;
        Keys[Count] = key;
        Values[Count] = value;
        Count++;
    }
}
