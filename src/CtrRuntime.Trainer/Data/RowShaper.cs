using CtrRuntime.Input;

namespace CtrRuntime.Trainer.Data;

/// <summary>Brings the features of an example into the form in which rows are kept: in the order of their fields, none of value 0.</summary>
internal sealed class RowShaper
{
    private ulong[] _order = [];
    private ulong[] _keys = [];
    private float[] _values = [];

    /// <summary>Sorts the features by field; those of one field stay in their order.</summary>
    public void SortByField(Example example)
    {
        int count = example.Count;
        if (_order.Length < count)
        {
            _order = new ulong[example.Keys.Length];
            _keys = new ulong[example.Keys.Length];
            _values = new float[example.Keys.Length];
        }

        for (int i = 0; i < count; i++) _order[i] = ((ulong)example.Fields[i] << 32) | (uint)i;
        _order.AsSpan(0, count).Sort();
        example.Keys.AsSpan(0, count).CopyTo(_keys);
        example.Values.AsSpan(0, count).CopyTo(_values);
        for (int i = 0; i < count; i++)
        {
            uint from = (uint)_order[i];
            example.Fields[i] = (uint)(_order[i] >> 32);
            example.Keys[i] = _keys[from];
            example.Values[i] = _values[from];
        }
    }

    /// <summary>Drops the features of value 0, which change neither logit nor gradient.</summary>
    public static void DropZeros(Example example)
    {
        int kept = example.Values.AsSpan(0, example.Count).IndexOf(0f);
        if (kept < 0) return;
        for (int i = kept + 1; i < example.Count; i++)
        {
            if (example.Values[i] == 0) continue;
            example.Fields[kept] = example.Fields[i];
            example.Keys[kept] = example.Keys[i];
            example.Values[kept] = example.Values[i];
            kept++;
        }

        example.Count = kept;
    }
}
