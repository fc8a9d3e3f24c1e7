namespace CtrRuntime.Input;

/// <summary>
/// Reads CSV (or TSV) rows as a schema says. Columns are found by name, in any order; others are ignored. Every field of the schema
/// must have its column, but for ranking, where a field without one has no feature.
/// <para>Training: a row has a label, and a weight if the schema names a weight column; or it counts clicks and impressions, and is an example
/// of label 1 with the clicks as weight and one of label 0 with the rest, each left out when its weight is 0.</para>
/// <para>Scoring: a row is one example. Its label is read if there is one; weights, clicks and impressions are not looked at.</para>
/// </summary>
internal sealed class CsvExampleReader : ExampleReader
{
    private readonly CsvReader _rows;
    private readonly SchemaEncoder _encoder;
    private readonly ExampleMode _mode;
    private readonly int[] _columns;
    private readonly int _label = -1;
    private readonly int _weight = -1;
    private readonly int _clicks = -1;
    private readonly int _impressions = -1;
    private double _negatives;

    /// <summary>Finds the columns of <paramref name="schema"/> in the header of <paramref name="rows"/>, which is disposed with the reader.</summary>
    public CsvExampleReader(CsvReader rows, Schema schema, ExampleMode mode)
    {
        _rows = rows;
        _mode = mode;
        try
        {
            _encoder = new(schema);
            _columns = [.. schema.Fields.Select((field, number) => field.Name.Length > 0
                ? Find(field.Name, "a field")
                : throw new CtrException(CtrStatus.InvalidArgument, $"{rows.Name}: the model's field {number} has no name, so that columns cannot be matched"))];
            if (mode != ExampleMode.Training)
            {
                if (schema.Label.Length > 0) _label = rows.Find(schema.Label);
                return;
            }

            if (schema.Clicks.Length > 0)
            {
                _clicks = Find(schema.Clicks, "the clicks");
                _impressions = Find(schema.Impressions, "the impressions");
                return;
            }

            if (schema.Label.Length == 0) throw new CtrException(CtrStatus.InvalidArgument, $"{rows.Name}: the schema names no column of labels");
            _label = Find(schema.Label, "the label");
            if (schema.Weight.Length > 0) _weight = Find(schema.Weight, "the weight");
        }
        catch
        {
            rows.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override long Line => _rows.Line;

    /// <inheritdoc/>
    public override long BytesRead => _rows.BytesRead;

    /// <summary>Whether a field has a column; only for ranking it may have none.</summary>
    public bool Has(uint field) => _columns[field] >= 0;

    /// <summary>The raw text of a field in the row that was read last, valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> Text(uint field) => _rows[_columns[field]];

    /// <inheritdoc/>
    public override bool Read(Example example)
    {
        if (_negatives > 0)
        {
            ReadFeatures(example);
            SetLabel(example, 0, _negatives);
            _negatives = 0;
            return true;
        }

        while (_rows.Read())
        {
            if (_clicks < 0)
            {
                ReadFeatures(example);
                ReadLabel(example);
                return true;
            }

            double clicks = ReadCount(_clicks);
            double impressions = ReadCount(_impressions);
            if (clicks > impressions)
                throw _rows.Error(_clicks, $"{_rows.Header[_clicks]} {Shown(_clicks)} is more than {_rows.Header[_impressions]} {Shown(_impressions)}");
            if (impressions == 0) continue;
            ReadFeatures(example);
            if (clicks > 0)
            {
                SetLabel(example, 1, clicks);
                _negatives = impressions - clicks;
            }
            else
            {
                SetLabel(example, 0, impressions);
            }

            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override void Dispose() => _rows.Dispose();

    private static void SetLabel(Example example, float label, double weight)
    {
        example.Label = label;
        example.HasLabel = true;
        example.Weight = (float)weight;
    }

    private int Find(string name, string role)
    {
        int column = _rows.Find(name);
        return column >= 0 || _mode == ExampleMode.Ranking ? column : throw InputError.At(_rows.Name, _rows.Line, 1, $"the header has no column '{name}' ({role})");
    }

    private string Shown(int column) => InputError.Quote(_rows[column]);

    private void ReadFeatures(Example example)
    {
        example.Clear();
        for (int f = 0; f < _columns.Length; f++)
        {
            if (_columns[f] < 0) continue;
            switch (_encoder.EncodeText((uint)f, _rows[_columns[f]], out FeatureValue feature))
            {
                case EncodeResult.Feature:
                    example.Add(feature.Field, feature.Key, feature.Value);
                    break;
                case EncodeResult.NotANumber:
                    string needed = _encoder.Schema.Keys == KeyKind.Id ? "an integer id" : "a number that fits";
                    throw _rows.Error(_columns[f], $"{_rows.Header[_columns[f]]} {Shown(_columns[f])} is not {needed}");
            }
        }
    }

    private void ReadLabel(Example example)
    {
        ReadOnlySpan<byte> text = _label < 0 ? default : NumberText.Trim(_rows[_label]);
        if (text.IsEmpty)
        {
            if (_mode == ExampleMode.Training) throw _rows.Error(_label, "the label is missing");
            return;
        }

        if (!NumberText.TryParse(text, out float label)) throw _rows.Error(_label, $"label {Shown(_label)} is not a finite number");
        SetLabel(example, label, _weight < 0 ? 1 : ReadCount(_weight));
    }

    // A weight: finite as a float, and not negative.
    private double ReadCount(int column)
    {
        if (!NumberText.TryParse(NumberText.Trim(_rows[column]), out double count) || count < 0 || !float.IsFinite((float)count))
            throw _rows.Error(column, $"{_rows.Header[column]} {Shown(column)} is not a finite number of at least 0");
        return count;
    }
}
