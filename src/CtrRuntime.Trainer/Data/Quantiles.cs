namespace CtrRuntime.Trainer.Data;

/// <summary>Edges of the intervals that a numeric column is binned by.</summary>
internal static class Quantiles
{
    /// <summary>
    /// Edges of at most <paramref name="bins"/> intervals with about equally many values each. A value that alone fills an interval gets it
    /// for itself, and so does every value where there are few; no value is split, so that there are fewer intervals where values repeat, and none but one where all are equal.
    /// An edge lies half-way between the two neighbouring values.
    /// </summary>
    /// <param name="values">The column's values, which are sorted in place.</param>
    /// <param name="bins">The most intervals.</param>
    public static double[] Edges(Span<double> values, int bins)
    {
        values.Sort();
        var edges = new List<double>();
        int open = values.Length;
        int left = bins;
        bool each = Distinct(values) <= bins;
        int inBin = 0;
        for (int start = 0, end; start < values.Length; start = end)
        {
            end = start + 1;
            while (end < values.Length && values[end] == values[start]) end++;
            int count = end - start;
            double share = (double)open / left;

            // The interval ends before this value if that brings it closer to its share, or if the value fills one by itself.
            if (inBin > 0 && left > 1 && (each || inBin + (count / 2.0) > share || count >= share))
            {
                edges.Add(Between(values[start - 1], values[start]));
                open -= inBin;
                left--;
                inBin = 0;
            }

            inBin += count;
        }

        return [.. edges];
    }

    private static int Distinct(ReadOnlySpan<double> sorted)
    {
        int distinct = sorted.IsEmpty ? 0 : 1;
        for (int i = 1; i < sorted.Length; i++)
            if (sorted[i] != sorted[i - 1]) distinct++;
        return distinct;
    }

    private static double Between(double low, double high)
    {
        double middle = low + ((high - low) / 2);
        return middle > low && double.IsFinite(middle) ? middle : high;
    }
}
