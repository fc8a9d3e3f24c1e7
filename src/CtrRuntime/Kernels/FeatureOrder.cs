namespace CtrRuntime.Kernels;

/// <summary>
/// Puts the features of a row in the order that field-aware kinds want: by field, and within a field as the caller had them, so that a row has one
/// order of summation and one score. In place, without memory.
/// </summary>
internal static unsafe class FeatureOrder
{
    /// <summary>The order of a feature: its field, then its position in the row.</summary>
    public static ulong Of(uint field, int position) => ((ulong)field << 32) | (uint)position;

    /// <summary>The field of an order.</summary>
    public static uint Field(ulong order) => (uint)(order >> 32);

    /// <summary>The position of an order.</summary>
    public static int Position(ulong order) => (int)(uint)order;

    /// <summary>Sorts. Rows that come sorted, the usual case, cost one pass; others a shellsort (Shell, 1959) whose gaps shrink by 4/9.</summary>
    public static void Sort(ulong* orders, int count)
    {
        int sorted = 1;
        while (sorted < count && orders[sorted - 1] <= orders[sorted]) sorted++;
        if (sorted >= count) return;
        for (int gap = Math.Max(1, count / 3); ; gap = Math.Max(1, (int)(gap * 4L / 9)))
        {
            for (int i = gap; i < count; i++)
            {
                ulong moved = orders[i];
                int hole = i;
                for (; hole >= gap && orders[hole - gap] > moved; hole -= gap) orders[hole] = orders[hole - gap];
                orders[hole] = moved;
            }

            if (gap == 1) return;
        }
    }
}
