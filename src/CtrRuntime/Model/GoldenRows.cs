using CtrRuntime.Kernels;

namespace CtrRuntime.Model;

/// <summary>
/// Rows stored with their logits, read one by one: an open model does not keep them. Opening a model re-scores them, so that a wrong
/// build or damaged weights are refused instead of served. A logit may differ from the stored one by 2^-19 of the row's magnitude |b| + Σ|w x| + Σ|pair products|: twice the error budget
/// of a kernel, as both numbers come from one.
/// </summary>
internal ref struct GoldenRows
{
    /// <summary>Longer rows would need scratch memory to score.</summary>
    public const int MaxFeatures = 512;

    private const double Tolerance = 1.0 / (1 << 19);
    private readonly uint _fieldCount;
    private SectionReader _reader;
    private double _magnitude;

    /// <summary>Stands before the first row of a section.</summary>
    public GoldenRows(ReadOnlySpan<byte> section, uint fieldCount)
    {
        _fieldCount = fieldCount;
        _reader = new SectionReader(section, CtrStatus.ModelGoldenRows, "golden row");
        Count = _reader.Count(itemSize: 20);
    }

    /// <summary>Number of rows.</summary>
    public int Count { get; }

    /// <summary>The stored logit of the row that was read last.</summary>
    public double Logit { get; private set; }

    /// <summary>Whether <paramref name="logit"/> is close enough to the stored logit.</summary>
    public readonly bool Agrees(double logit) => Math.Abs(logit - Logit) <= Tolerance * _magnitude;

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

    /// <summary>Reads the next of the <see cref="Count"/> rows, refusing what no scorer would accept.</summary>
    public GoldenRow Read()
    {
        int features = _reader.Count(itemSize: 16);
        Logit = _reader.F64();
        _magnitude = _reader.F64();
        if (features > MaxFeatures || !double.IsFinite(Logit) || !(_magnitude >= 0)) throw _reader.Bad("a row is out of range");
        var row = new GoldenRow(new uint[features], new ulong[features], new float[features]);
        for (int i = 0; i < features; i++)
        {
            row.Fields[i] = _reader.U32();
            row.Keys[i] = _reader.U64();
            row.Values[i] = _reader.F32();
            if ((_fieldCount > 0 && row.Fields[i] >= _fieldCount) || !float.IsFinite(row.Values[i]))
                throw _reader.Bad("a row has a field or value out of range");
        }

        return row;
    }

    /// <summary>Refuses bytes behind the last row.</summary>
    public readonly void End() => _reader.End();
}
