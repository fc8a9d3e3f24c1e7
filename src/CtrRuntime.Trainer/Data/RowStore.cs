using CtrRuntime.Input;
using CtrRuntime.Kernels;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// Rows in CSR form, in memory or in files that are mapped. Features of value 0 are not kept, since they change neither logit nor gradient, nor are rows
/// of weight 0.
/// </summary>
internal sealed unsafe class RowStore : IDisposable
{
    /// <summary>Number of arrays that hold the rows.</summary>
    public const int Parts = 7;

    private readonly NativeList<ulong> _offsets;
    private readonly NativeList<uint> _slots;
    private readonly NativeList<ushort> _fields;
    private readonly NativeList<float> _values;
    private readonly NativeList<ulong> _keys;
    private readonly NativeList<float> _labels;
    private readonly NativeList<float> _weights;

    /// <summary>No rows.</summary>
    /// <param name="spill">Where long arrays move to; null: they stay in memory.</param>
    public RowStore(SpillFolder? spill = null)
    {
        _offsets = new(spill);
        _slots = new(spill);
        _fields = new(spill);
        _values = new(spill);
        _keys = new(spill);
        _labels = new(spill);
        _weights = new(spill);
        _offsets.Add(0);
    }

    /// <summary>The rows in somebody else's memory, which must outlive them: what <see cref="ArrayParts"/> of such rows gave.</summary>
    /// <param name="parts">The arrays.</param>
    /// <param name="slots">Number of slots.</param>
    /// <param name="fields">Number of fields.</param>
    /// <exception cref="CtrException"><see cref="CtrStatus.Data"/>: the arrays contradict each other, or a number is out of range.</exception>
    public RowStore(ReadOnlySpan<NativePart> parts, uint slots, uint fields)
    {
        _offsets = new(parts[0]);
        _slots = new(parts[1]);
        _fields = new(parts[2]);
        _values = new(parts[3]);
        _keys = new(parts[4]);
        _labels = new(parts[5]);
        _weights = new(parts[6]);
        nuint rows = _labels.Count, features = _slots.Count;
        bool fit = rows is > 0 and <= uint.MaxValue && _offsets.Count == rows + 1 && _weights.Count == rows
            && _fields.Count == features && _values.Count == features && _keys.Count == features
            && _offsets[0] == 0 && _offsets[rows] == features;
        if (!fit) throw RowCacheFormat.Damaged();
        for (nuint row = 0; row < rows; row++)
        {
            if (_offsets[row + 1] < _offsets[row] || _offsets[row + 1] - _offsets[row] > int.MaxValue) throw RowCacheFormat.Damaged();
            SumUp(row);
        }

        for (nuint i = 0; i < features; i++)
            if (_slots.Items[i] >= slots || _fields.Items[i] >= fields) throw RowCacheFormat.Damaged();
    }

    /// <summary>Number of rows.</summary>
    public uint Count => (uint)_labels.Count;

    /// <summary>Features of all rows.</summary>
    public ulong FeatureCount => _slots.Count;

    /// <summary>Features of the longest row.</summary>
    public int LongestRow { get; private set; }

    /// <summary>Sum of the rows' weights.</summary>
    public double WeightSum { get; private set; }

    /// <summary>Sum of the rows' labels, weighted.</summary>
    public double LabelSum { get; private set; }

    /// <summary>The weighted mean of the labels: for clicks the base rate.</summary>
    public double MeanLabel => LabelSum / WeightSum;

    /// <summary>Row <paramref name="index"/>, which is not checked.</summary>
    public Row this[uint index]
    {
        get
        {
            nuint start = (nuint)_offsets[index];
            return new Row
            {
                Slots = _slots.Items + start,
                Fields = _fields.Items + start,
                Values = _values.Items + start,
                Keys = _keys.Items + start,
                Count = (int)((nuint)_offsets[index + 1] - start),
                Label = _labels[index],
                Weight = _weights[index],
            };
        }
    }

    /// <summary>
    /// Asks for rows ahead of their turn, in two steps, since where features are stands in memory too: of row <paramref name="later"/> for what is known of it as a
    /// whole; of row <paramref name="sooner"/>, asked for like that before, for its features.
    /// </summary>
    public void Ask(uint later, uint sooner)
    {
        LineFetch.Ask(_offsets.Items + later);
        LineFetch.Ask(_labels.Items + later);
        LineFetch.Ask(_weights.Items + later);
        nuint start = (nuint)_offsets[sooner], end = (nuint)_offsets[sooner + 1];
        Ask(_slots.Items + start, _slots.Items + end);
        Ask(_fields.Items + start, _fields.Items + end);
        Ask(_values.Items + start, _values.Items + end);
    }

    /// <summary>The arrays that hold the rows.</summary>
    public NativePart[] ArrayParts() => [_offsets.Part, _slots.Part, _fields.Part, _values.Part, _keys.Part, _labels.Part, _weights.Part];

    /// <summary>Appends a feature to the row that <see cref="EndRow"/> will end.</summary>
    public void AddFeature(uint slot, uint field, ulong key, float value)
    {
        _slots.Add(slot);
        _fields.Add(checked((ushort)field));
        _values.Add(value);
        _keys.Add(key);
    }

    /// <summary>Appends the features of an example; those are left out whose slot is <paramref name="dropped"/>.</summary>
    public void AddFeatures(Example example, ReadOnlySpan<uint> slots, uint dropped)
    {
        int count = example.Count;
        slots = slots[..count];
        if (slots.Contains(dropped))
        {
            for (int i = 0; i < count; i++)
                if (slots[i] != dropped) AddFeature(slots[i], example.Fields[i], example.Keys[i], example.Values[i]);
            return;
        }

        _slots.Add(slots);
        _values.Add(example.Values.AsSpan(0, count));
        _keys.Add(example.Keys.AsSpan(0, count));
        Span<ushort> fields = _fields.Extend(count);
        ReadOnlySpan<uint> from = example.Fields.AsSpan(0, count);
        for (int i = 0; i < fields.Length; i++) fields[i] = checked((ushort)from[i]);
    }

    /// <summary>Ends a row.</summary>
    public void EndRow(float label, float weight)
    {
        if (_labels.Count == uint.MaxValue) throw new CtrException(CtrStatus.OutOfMemory, $"more than {uint.MaxValue} rows");
        _offsets.Add(_slots.Count);
        _labels.Add(label);
        _weights.Add(weight);
        SumUp(_labels.Count - 1);
    }

    /// <summary>Counts the features of every slot up to the highest that occurs, and of at least so many slots.</summary>
    public FeatureCount[] CountFeatures(uint leastSlots)
    {
        nuint highest = 0, features = _slots.Count;
        for (nuint i = 0; i < features; i++) highest = Math.Max(highest, _slots.Items[i]);
        var counts = new FeatureCount[Math.Max(leastSlots, features == 0 ? 0 : (ulong)highest + 1)];
        nuint at = 0;
        for (nuint row = 0; row < _labels.Count; row++)
        {
            float weight = _weights[row];
            for (nuint end = (nuint)_offsets[row + 1]; at < end; at++)
            {
                ref FeatureCount count = ref counts[_slots.Items[at]];
                count.Weighted += weight;
                count.Plain++;
            }
        }

        return counts;
    }

    /// <summary>Replaces every slot by <paramref name="newSlots"/> of it, and drops the features for which that is <paramref name="dropped"/>.</summary>
    public void Renumber(uint[] newSlots, uint dropped)
    {
        uint* slots = _slots.Items;
        nuint features = _slots.Count, to = 0;
        for (; to < features; to++)
        {
            uint slot = newSlots[slots[to]];
            if (slot == dropped) break;
            slots[to] = slot;
        }

        if (to < features) RenumberAndDrop(newSlots, dropped, to);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _offsets.Dispose();
        _slots.Dispose();
        _fields.Dispose();
        _values.Dispose();
        _keys.Dispose();
        _labels.Dispose();
        _weights.Dispose();
    }

    // Features before the first one to drop have their new slots already.
    private void RenumberAndDrop(uint[] newSlots, uint dropped, nuint first)
    {
        nuint to = 0, from = 0;
        LongestRow = 0;
        for (nuint row = 0; row < _labels.Count; row++)
        {
            nuint start = to;
            for (nuint end = (nuint)_offsets[row + 1]; from < end; from++)
            {
                uint slot = from < first ? _slots[from] : newSlots[_slots[from]];
                if (slot == dropped) continue;
                _slots[to] = slot;
                _fields[to] = _fields[from];
                _values[to] = _values[from];
                _keys[to] = _keys[from];
                to++;
            }

            _offsets[row + 1] = to;
            LongestRow = Math.Max(LongestRow, (int)(to - start));
        }

        _slots.Truncate(to);
        _fields.Truncate(to);
        _values.Truncate(to);
        _keys.Truncate(to);
    }

    private static void Ask(void* from, void* to)
    {
        for (byte* at = (byte*)from; at < to; at += LineFetch.Line) LineFetch.Ask(at);
    }

    private void SumUp(nuint row)
    {
        WeightSum += _weights[row];
        LabelSum += (double)_weights[row] * _labels[row];
        LongestRow = Math.Max(LongestRow, (int)(_offsets[row + 1] - _offsets[row]));
    }
}
