using CtrRuntime.Kernels;

namespace CtrRuntime.Scoring;

/// <summary>
/// Checks a batch before anything is written: offsets that decrease, fields out of range, values that are not finite, rows that are too long.
/// Fields and values of the whole batch lie side by side, so the common case is two vectorised passes.
/// </summary>
internal static unsafe class RowCheck
{
    private const uint AllBits = 0xFFFFFFFF;

    /// <summary>Checks <paramref name="rows"/>; on a refusal <paramref name="error"/> says which row.</summary>
    /// <param name="rows">The batch.</param>
    /// <param name="usesFields">Whether fields matter to the kind of model.</param>
    /// <param name="fieldCount">Fields are below it.</param>
    /// <param name="maxFeatures">No row may have more features.</param>
    /// <param name="error">Filled on a refusal.</param>
    /// <param name="longest">Features of the longest row.</param>
    public static CtrStatus Check(in RowBatch rows, bool usesFields, uint fieldCount, ulong maxFeatures, ref RowError error, out int longest)
    {
        longest = 0;
        if (rows.Rows == 0) return CtrStatus.Ok;
        if (rows.Offsets == null) return CtrStatus.InvalidArgument;
        bool wholeRows = usesFields && rows.Fields == null;
        ulong* offsets = rows.Offsets;
        ulong first = offsets[0], start = first, most = 0, count = rows.Rows;
        for (ulong r = 0; r < count; r++)
        {
            ulong end = offsets[r + 1];
            if (end < start) return Refuse(ref error, CtrStatus.RowOffsets, r, 0, end);
            ulong length = end - start;
            if (length > maxFeatures) return Refuse(ref error, CtrStatus.RowTooLong, r, 0, length);
            if (wholeRows && length != fieldCount) return Refuse(ref error, CtrStatus.RowFieldsMissing, r, 0, length);
            most = Math.Max(most, length);
            start = end;
        }

        longest = (int)most;
        nuint features = (nuint)(start - first);
        if (features == 0) return CtrStatus.Ok;
        if (rows.Keys == null) return CtrStatus.InvalidArgument;
        if (usesFields && rows.Fields != null && !FloatScan.AllBelow(rows.Fields + first, features, AllBits, fieldCount))
            return Locate(rows, rows.Fields, AllBits, fieldCount, CtrStatus.RowField, ref error);
        if (rows.Values != null && !FloatScan.AllFinite(rows.Values + first, features))
            return Locate(rows, (uint*)rows.Values, FloatScan.Magnitude, FloatScan.Infinity, CtrStatus.RowValue, ref error);
        return CtrStatus.Ok;
    }

    private static CtrStatus Locate(in RowBatch rows, uint* numbers, uint mask, uint limit, CtrStatus status, ref RowError error)
    {
        for (ulong r = 0; r < rows.Rows; r++)
        {
            for (ulong i = rows.Offsets[r]; i < rows.Offsets[r + 1]; i++)
            {
                if ((numbers[i] & mask) >= limit) return Refuse(ref error, status, r, i - rows.Offsets[r], numbers[i]);
            }
        }

        return CtrStatus.Internal;
    }

    private static CtrStatus Refuse(ref RowError error, CtrStatus status, ulong row, ulong feature, ulong found)
    {
        error = new RowError { Status = status, Row = row, Feature = feature, Found = found };
        return status;
    }
}
