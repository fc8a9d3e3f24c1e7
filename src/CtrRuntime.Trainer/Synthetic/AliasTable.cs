namespace CtrRuntime.Trainer.Synthetic;

/// <summary>Draws from a discrete distribution in constant time and one random number (Walker 1977, built as Vose 1991).</summary>
internal sealed class AliasTable
{
    private readonly ulong[] _thresholds;
    private readonly int[] _aliases;

    /// <summary>A table for probabilities that sum to 1.</summary>
    public AliasTable(ReadOnlySpan<double> probabilities)
    {
        int count = probabilities.Length;
        _thresholds = new ulong[count];
        _aliases = new int[count];
        var remaining = new double[count];
        var small = new Stack<int>();
        var large = new Stack<int>();
        for (int i = 0; i < count; i++)
        {
            remaining[i] = probabilities[i] * count;
            (remaining[i] < 1 ? small : large).Push(i);
        }

        while (small.Count > 0 && large.Count > 0)
        {
            int less = small.Pop(), more = large.Pop();
            Set(less, remaining[less], more);
            remaining[more] -= 1 - remaining[less];
            (remaining[more] < 1 ? small : large).Push(more);
        }

        // What is left over differs from a full cell by rounding only.
        foreach (int i in small.Concat(large)) Set(i, 1, i);
    }

    /// <summary>Draws an index.</summary>
    public int Sample(StableRandom random)
    {
        // The high half of the product is a uniform cell, the low half a uniform place within it.
        ulong cell = Math.BigMul(random.Next(), (ulong)_thresholds.Length, out ulong place);
        return place < _thresholds[cell] ? (int)cell : _aliases[cell];
    }

    private void Set(int cell, double share, int alias)
    {
        _thresholds[cell] = share >= 1 ? ulong.MaxValue : (ulong)(share * 18446744073709551616.0);
        _aliases[cell] = alias;
    }
}
