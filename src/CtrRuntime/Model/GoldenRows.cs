using CtrRuntime.Kernels;

namespace CtrRuntime.Model;

/// <summary>
/// Rows stored with their logits. Opening a model re-scores them, so that a wrong build or damaged weights are refused instead of served.
/// A logit may differ from the stored one by 2^-19 of the row's magnitude |b| + Σ|w x| + Σ|pair products|: twice the error budget
/// of a kernel, as both numbers come from one.
/// </summary>
internal sealed class GoldenRows
{
    /// <summary>Longer rows would need scratch memory to score.</summary>
    public const int MaxFeatures = 512;

    private const double Tolerance = 1.0 / (1 << 19);
    private readonly GoldenRow[] _rows;
    private readonly double[] _logits;
    private readonly double[] _magnitudes;

    private GoldenRows(GoldenRow[] rows, double[] logits, double[] magnitudes)
    {
        _rows = rows;
        _logits = logits;
        _magnitudes = magnitudes;
    }

    /// <summary>Number of rows.</summary>
    public int Count => _rows.Length;

    /// <summary>A row.</summary>
    public GoldenRow this[int row] => _rows[row];

    /// <summary>Whether <paramref name="logit"/> is close enough to the stored logit of a row.</summary>
    public bool Agrees(int row, double logit) => Math.Abs(logit - _logits[row]) <= Tolerance * _magnitudes[row];

    /// <summary>The stored logit of a row.</summary>
    public double Logit(int row) => _logits[row];

    /// <summary>The section of rows with the given logits and magnitudes.</summary>
    public static byte[] Write(IReadOnlyList<GoldenRow> rows, Func<GoldenRow, (double Logit, double Magnitude)> score)
    {
        var writer = new SectionWriter();
        writer.U32((uint)rows.Count);
        foreach (GoldenRow row in rows)
        {
            (double logit, double magnitude) = score(row);
            writer.U32((uint)row.Keys.Length);
            writer.F64(logit);
            writer.F64(magnitude);
            for (int i = 0; i < row.Keys.Length; i++)
            {
                writer.U32(row.Fields[i]);
                writer.U64(row.Keys[i]);
                writer.F32(row.Values[i]);
            }
        }

        return writer.ToArray();
    }

    /// <summary>Reads the section, refusing rows that no scorer would accept.</summary>
    public static GoldenRows Read(ReadOnlySpan<byte> section, uint fieldCount)
    {
        var reader = new SectionReader(section, CtrStatus.ModelGoldenRows, "golden row");
        int count = reader.Count(itemSize: 20);
        var rows = new GoldenRow[count];
        var logits = new double[count];
        var magnitudes = new double[count];
        for (int r = 0; r < count; r++)
        {
            int features = reader.Count(itemSize: 16);
            logits[r] = reader.F64();
            magnitudes[r] = reader.F64();
            if (features > MaxFeatures || !double.IsFinite(logits[r]) || !(magnitudes[r] >= 0)) throw reader.Bad($"row {r} is out of range");
            var row = new GoldenRow(new uint[features], new ulong[features], new float[features]);
            for (int i = 0; i < features; i++)
            {
                row.Fields[i] = reader.U32();
                row.Keys[i] = reader.U64();
                row.Values[i] = reader.F32();
                if ((fieldCount > 0 && row.Fields[i] >= fieldCount) || !float.IsFinite(row.Values[i]))
                    throw reader.Bad($"row {r} has a field or value out of range");
            }

            rows[r] = row;
        }

        reader.End();
        return new GoldenRows(rows, logits, magnitudes);
    }
}
