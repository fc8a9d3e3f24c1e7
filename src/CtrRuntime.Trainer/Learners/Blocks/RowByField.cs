using System.Runtime.InteropServices;
using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Learners.Blocks;

/// <summary>The row in hand by field: what blocks read (<see cref="Kernels.FieldBlocks"/>, <see cref="FieldSteps"/>).</summary>
internal sealed unsafe class RowByField : IDisposable
{
    private readonly int _fields;
    private readonly NativeTable _table;

    /// <summary>Stands in for the slot of a missing field: weights of zero, which no step changes.</summary>
    private readonly NativeTable _zero;

    /// <summary>Scales, ridges, values and which fields are there: see <see cref="StepRow"/>.</summary>
    private readonly NativeTable _numbers;
    private readonly byte** _slots;
    private readonly byte** _next;
    private bool _hasValues;

    /// <summary>For rows of slots of <paramref name="table"/>, whose accumulators start <paramref name="squares"/> floats behind their weights.</summary>
    public RowByField(NativeTable table, int fields, int squares)
    {
        _table = table;
        _fields = fields;
        nuint padded = (nuint)(fields + FieldSteps.Padding + 15) & ~(nuint)15;
        _zero = new(1, table.Stride);
        new Span<float>(_zero.Row(0) + squares, squares).Fill(AdaGrad.Start);
        _numbers = new(4, padded);
        _slots = (byte**)NativeMemory.AlignedAlloc(2 * padded * (nuint)sizeof(byte*), 64);
        _next = _slots + padded;
        new Span<nuint>(_slots, (int)(2 * padded)).Fill(Zero);
    }

    /// <summary>The slot of each field's feature.</summary>
    public byte** Slots => _slots;

    /// <summary>The value of each field's feature, 0 where it is missing; null: all 1.</summary>
    public float* Values => _hasValues ? _numbers.Row(2) : null;

    private nuint Zero => (nuint)_zero.Row(0);

    /// <summary>Takes a row, unless a field has several features or most fields are missing; answers whether it has.</summary>
    public bool Take(in Row row)
    {
        if (2 * row.Count < _fields) return false;
        for (int i = 1; i < row.Count; i++)
            if (row.Fields[i] <= row.Fields[i - 1]) return false;
        bool whole = row.Count == _fields;
        _hasValues = !whole || new Span<float>(row.Values, row.Count).ContainsAnyExcept(1);
        if (!whole)
        {
            new Span<nuint>(_slots, _fields).Fill(Zero);
            for (nuint numbers = 0; numbers < 4; numbers++) new Span<float>(_numbers.Row(numbers), _fields).Clear();
        }

        for (int i = 0; i < row.Count; i++) _slots[row.Fields[i]] = (byte*)_table.Row(row.Slots[i]);
        if (!_hasValues) return true;
        float* values = _numbers.Row(2), present = _numbers.Row(3);
        for (int i = 0; i < row.Count; i++)
        {
            values[row.Fields[i]] = row.Values[i];
            present[row.Fields[i]] = 1;
        }

        return true;
    }

    /// <summary>What a step takes, for a row that has been taken, with scale and ridge of a field yet to be filled in.</summary>
    /// <param name="next">The row that comes next, whose slots are asked for meanwhile; without features where none are to be.</param>
    /// <param name="squares">Floats from weights to accumulators.</param>
    /// <param name="rate">The learning rate.</param>
    public StepRow Step(in Row next, int squares, float rate)
    {
        for (int i = 0; i < Math.Min(next.Count, _fields); i++) _next[i] = (byte*)_table.Row(next.Slots[i]);
        return new()
        {
            Slots = _slots,
            Next = next.Count > 0 ? _next : null,
            Fields = _fields,
            Squares = (nuint)squares * sizeof(float),
            Scales = _numbers.Row(0),
            Ridges = _numbers.Row(1),
            Values = Values,
            Present = _numbers.Row(3),
            NegativeRate = -rate,
        };
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _zero.Dispose();
        _numbers.Dispose();
        NativeMemory.AlignedFree(_slots);
    }
}
