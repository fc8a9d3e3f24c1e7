using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Learners;

/// <summary>Which fields the features of training rows meet: a feature's latent vector for a field that it never meets is never trained.</summary>
internal sealed unsafe class FieldPartners
{
    private readonly int _words;
    private readonly ulong[] _met;

    /// <summary>Looks at all rows, whose features are sorted by field.</summary>
    public FieldPartners(RowStore rows, uint slots, int fields)
    {
        _words = (fields + 63) / 64;
        _met = new ulong[checked(slots * (long)_words)];
        OwnTrained = new bool[fields];
        var present = new ulong[_words];
        var repeated = new ulong[_words];
        for (uint r = 0; r < rows.Count; r++)
        {
            Row row = rows[r];
            Array.Clear(present);
            Array.Clear(repeated);
            for (int i = 0; i < row.Count; i++)
            {
                int field = row.Fields[i];
                if (i > 0 && row.Fields[i - 1] == field)
                    repeated[field / 64] |= 1UL << field;
                present[field / 64] |= 1UL << field;
            }

            for (int i = 0; i < row.Count; i++)
            {
                Span<ulong> met = _met.AsSpan(checked((int)(row.Slots[i] * (long)_words)), _words);
                int own = row.Fields[i];
                for (int word = 0; word < _words; word++)
                {
                    ulong others = present[word];
                    if (word == own / 64) others &= ~(1UL << own) | repeated[word];
                    met[word] |= others;
                }
            }
        }

        for (uint r = 0; r < rows.Count; r++)
        {
            Row row = rows[r];
            for (int i = 0; i < row.Count; i++) OwnTrained[row.Fields[i]] |= Meets(row.Slots[i], row.Fields[i]);
        }
    }

    /// <summary>
    /// For each field, whether some feature that occurs in it has a trained vector for it: because a row has several features of the
    /// field, or because the feature (an id that fields share) also occurs in another field.
    /// </summary>
    public bool[] OwnTrained { get; }

    /// <summary>Whether the feature of a slot stands in a row with (another) one of the field.</summary>
    public bool Meets(uint slot, int field) => (_met[(slot * (long)_words) + (field / 64)] >> field & 1) != 0;
}
