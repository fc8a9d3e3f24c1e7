using System.Globalization;
using System.Text;

namespace CtrRuntime.Input;

/// <summary>
/// Turns raw values into features as a schema says; the one implementation for training, the command line and the library.
/// Allocates nothing after construction (except on error) and may be used by any number of threads.
/// <code>
/// field        raw value                         key                         value
/// categorical  text, as it stands                key of the text             1
///              number                            key of its text             1      5.0 is "5", see <see cref="EncodeNumber"/>
///              missing                           key of the empty text       1
/// numeric      number x, or text of one          key of the empty text       (x − shift) · scale as a float
///              missing                           key of the text "missing"   1
/// binned       number x, or text of one          key of the bin in decimal   1      bin = number of edges ≤ x
///              missing                           key of the empty text       1
/// integer ids  id in decimal                     the id                      1
///              whole number below 2^53           the id                      1      above it, pass the id as text
/// </code>
/// "Missing" rows hold for <see cref="MissingPolicy.Feature"/>; with <see cref="MissingPolicy.Skip"/>, and always for integer ids, a missing value
/// is no feature. Empty text is missing; for numeric, binned and id fields so is text of spaces and tabs, which are ignored around a number.
/// </summary>
public sealed class SchemaEncoder
{
    // Below it a whole double is the integer the caller meant; from here on it may stand for several.
    private const double IntegersAreExact = 1L << 53;

    private readonly FieldSchema[] _fields;
    private readonly ulong[] _seeds;
    private readonly byte[][] _names;
    private readonly ulong[][] _binKeys;
    private readonly Dictionary<ulong, uint> _fieldOfSeed;
    private readonly bool _ids;

    /// <summary>Prepares the seeds, names and bin keys of a schema.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.ModelSchema"/>: the schema is not valid.</exception>
    public SchemaEncoder(Schema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        schema.Validate();
        NumberText.Prepare();
        Schema = schema;
        _ids = schema.Keys == KeyKind.Id;
        _fields = [.. schema.Fields];
        int count = _fields.Length;
        _seeds = new ulong[count];
        _names = new byte[count][];
        _binKeys = new ulong[count][];
        _fieldOfSeed = new(_fields.Count(field => field.Name.Length > 0));
        for (int f = 0; f < count; f++)
        {
            FieldSchema field = _fields[f];
            _names[f] = Encoding.UTF8.GetBytes(field.Name);
            _seeds[f] = FieldKeys.Seed(schema.HashSeed, field.Name);
            _binKeys[f] = field.Kind == FieldKind.Binned ? BinKeys(_seeds[f], field.Edges.Length + 1) : [];
            if (field.Name.Length > 0 && !_fieldOfSeed.TryAdd(_seeds[f], (uint)f))
            {
                throw new CtrException(
                    CtrStatus.ModelSchema,
                    $"the fields {InputError.Quote(_fields[_fieldOfSeed[_seeds[f]]].Name)} and {InputError.Quote(field.Name)} hash alike; use another hash seed");
            }
        }
    }

    /// <summary>The schema.</summary>
    public Schema Schema { get; }

    /// <summary>The number of a field.</summary>
    public bool TryFindField(ReadOnlySpan<byte> utf8Name, out uint field) =>
        _fieldOfSeed.TryGetValue(FieldKeys.Key(Schema.HashSeed, utf8Name), out field) && utf8Name.SequenceEqual(_names[field]);

    /// <summary>The key of a text in a field: its hash, or the id it spells.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.UnknownField"/>, or <see cref="CtrStatus.FieldValue"/> for text that is no id.</exception>
    public ulong Key(uint field, ReadOnlySpan<byte> utf8)
    {
        CheckField(field);
        if (!_ids) return FieldKeys.Key(_seeds[field], utf8);
        return NumberText.TryParse(utf8, out ulong id)
            ? id
            : throw new CtrException(CtrStatus.FieldValue, $"{InputError.Quote(utf8)} is not an integer id");
    }

    /// <summary>The feature of a field's raw text.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.UnknownField"/>.</exception>
    public EncodeResult EncodeText(uint field, ReadOnlySpan<byte> utf8, out FeatureValue feature)
    {
        CheckField(field);
        if (utf8.IsEmpty) return EncodeMissing(field, out feature);
        if (!_ids && _fields[field].Kind == FieldKind.Categorical) return Category(field, utf8, out feature);

        utf8 = NumberText.Trim(utf8);
        if (utf8.IsEmpty) return EncodeMissing(field, out feature);
        if (_ids)
        {
            bool parsed = NumberText.TryParse(utf8, out ulong id);
            feature = new(field, id, 1);
            return parsed ? EncodeResult.Feature : NotANumber(out feature);
        }

        return NumberText.TryParse(utf8, out double number) ? Number(field, number, out feature) : NotANumber(out feature);
    }

    /// <summary>
    /// The feature of a field's number. In a categorical field it is the category of its text: whole numbers below 2^53 as their digits,
    /// others in the shortest form that reads back to the same double ("0.1", "1E-07", "1E+20").
    /// </summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.UnknownField"/>.</exception>
    public EncodeResult EncodeNumber(uint field, double number, out FeatureValue feature)
    {
        CheckField(field);
        if (!double.IsFinite(number)) return NotANumber(out feature);
        bool whole = number == Math.Truncate(number);
        if (_ids)
        {
            if (!whole || number is < 0 or >= IntegersAreExact) return NotANumber(out feature);
            feature = new(field, (ulong)number, 1);
            return EncodeResult.Feature;
        }

        if (_fields[field].Kind != FieldKind.Categorical) return Number(field, number, out feature);

        Span<byte> text = stackalloc byte[32];
        int length;
        if (whole && Math.Abs(number) < IntegersAreExact)
            ((long)number).TryFormat(text, out length, default, CultureInfo.InvariantCulture);
        else
            number.TryFormat(text, out length, default, CultureInfo.InvariantCulture);
        return Category(field, text[..length], out feature);
    }

    /// <summary>The feature of an absent value.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.UnknownField"/>.</exception>
    public EncodeResult EncodeMissing(uint field, out FeatureValue feature)
    {
        CheckField(field);
        if (_ids || _fields[field].Missing == MissingPolicy.Skip)
        {
            feature = default;
            return EncodeResult.None;
        }

        return Category(field, _fields[field].Kind == FieldKind.Numeric ? "missing"u8 : default, out feature);
    }

    private static ulong[] BinKeys(ulong seed, int bins)
    {
        ulong[] keys = new ulong[bins];
        Span<byte> text = stackalloc byte[16];
        for (int b = 0; b < bins; b++)
        {
            b.TryFormat(text, out int length, default, CultureInfo.InvariantCulture);
            keys[b] = FieldKeys.Key(seed, text[..length]);
        }

        return keys;
    }

    // The number of edges at or below x.
    private static int Bin(double[] edges, double x)
    {
        int low = 0;
        int high = edges.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (edges[middle] <= x) low = middle + 1;
            else high = middle;
        }

        return low;
    }

    private static EncodeResult NotANumber(out FeatureValue feature)
    {
        feature = default;
        return EncodeResult.NotANumber;
    }

    private EncodeResult Category(uint field, ReadOnlySpan<byte> utf8, out FeatureValue feature)
    {
        feature = new(field, FieldKeys.Key(_seeds[field], utf8), 1);
        return EncodeResult.Feature;
    }

    private EncodeResult Number(uint field, double number, out FeatureValue feature)
    {
        FieldSchema schema = _fields[field];
        if (schema.Kind == FieldKind.Binned)
        {
            feature = new(field, _binKeys[field][Bin(schema.Edges, number)], 1);
            return EncodeResult.Feature;
        }

        float value = (float)((number - schema.Shift) * schema.Scale);
        if (!float.IsFinite(value)) return NotANumber(out feature);
        feature = new(field, FieldKeys.Key(_seeds[field], default), value);
        return EncodeResult.Feature;
    }

    private void CheckField(uint field)
    {
        // Ids without fields (libsvm) are those of a single one.
        if (field >= (uint)_seeds.Length && !(_ids && _seeds.Length == 0 && field == 0))
            throw new CtrException(CtrStatus.UnknownField, $"field {field} is not one of the schema's {_seeds.Length} fields");
    }
}
