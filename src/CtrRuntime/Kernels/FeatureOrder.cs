namespace CtrRuntime.Kernels;

/// <summary>
/// Puts the features of a row in the order kernels of field-aware kinds want: by field, and within a field as the caller
/// had them, so that a row has one order of summation and one score. In place, without memory.
/// </summary>
internal static unsafe class FeatureOrder
{
    /// <summary>
    /// Sorts by (Field, Position), which is a total order because positions differ. Rows that come sorted, the usual case, cost
    /// one pass; others a shellsort (Shell, 1959) whose gaps shrink by 4/9.
    /// </summary>
    public static void SortByField(Feature* features, int count)
    {
        int sorted = 1;
        while (sorted < count && Order(features[sorted - 1]) <= Order(features[sorted])) sorted++;
        if (sorted >= count) return;
        for (int gap = Math.Max(1, count / 3); ; gap = Math.Max(1, (int)(gap * 4L / 9)))
        {
            for (int i = gap; i < count; i++)
            {
                Feature moved = features[i];
                ulong order = Order(moved);
                int hole = i;
                for (; hole >= gap && Order(features[hole - gap]) > order; hole -= gap) features[hole] = features[hole - gap];
                features[hole] = moved;
            }

            if (gap == 1) return;
        }
    }

    private static ulong Order(in Feature feature) => ((ulong)feature.Field << 32) | feature.Position;
}
