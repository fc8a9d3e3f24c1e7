using CtrRuntime.Model;
using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer;

/// <summary>Picks the training rows that are stored with the model to be re-scored at open: some from all over the file, the shortest and the longest.</summary>
internal static unsafe class GoldenRowPicker
{
    /// <summary>Rows that are spread over the file.</summary>
    private const int Spread = 14;

    /// <summary>Features of the longest row that is scored without a buffer of the caller's.</summary>
    private const int LongestRow = 512;

    /// <summary>At most 16 different rows of at most 512 features, in the order of the file.</summary>
    public static List<GoldenRow> Pick(RowStore rows)
    {
        uint? shortest = null, longest = null;
        var picked = new SortedSet<uint>();
        for (uint r = 0; r < rows.Count; r++)
        {
            int count = rows[r].Count;
            if (count > LongestRow) continue;
            if (shortest is null || count < rows[shortest.Value].Count) shortest = r;
            if (longest is null || count > rows[longest.Value].Count) longest = r;
            if ((long)picked.Count * rows.Count <= (long)r * Spread && picked.Count < Spread) picked.Add(r);
        }

        if (shortest != null) picked.Add(shortest.Value);
        if (longest != null) picked.Add(longest.Value);
        return [.. picked.Select(r => Copy(rows[r]))];
    }

    private static GoldenRow Copy(in Row row) => new(
        [.. Array.ConvertAll(new ReadOnlySpan<ushort>(row.Fields, row.Count).ToArray(), field => (uint)field)],
        new ReadOnlySpan<ulong>(row.Keys, row.Count).ToArray(),
        new ReadOnlySpan<float>(row.Values, row.Count).ToArray());
}
