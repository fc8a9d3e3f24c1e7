using System.Globalization;
using System.Text;
using CtrRuntime.Input;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// The text behind every key of a training file with columns: it names features for people, and finds two texts with one key, which
/// would be one feature without anybody's knowing.
/// </summary>
internal sealed class FeatureTexts(Schema schema, string file)
{
    private readonly List<(uint Field, byte[] Text)> _texts = [];

    /// <summary>Notes the text of feature number <paramref name="number"/>, or compares it with that of its first occurrence.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Data"/>: another text has this key.</exception>
    public void Check(uint number, uint field, ReadOnlySpan<byte> text, long line)
    {
        if (number == _texts.Count)
        {
            _texts.Add((field, text.ToArray()));
            return;
        }

        (uint knownField, byte[] known) = _texts[(int)number];

        // Many numbers share a bin, and all numbers a numeric feature: there the field alone is the identity.
        bool same = field == knownField && (schema.Fields[(int)field].Kind != FieldKind.Categorical || text.SequenceEqual(known));
        if (same) return;
        throw InputError.At(
            file,
            line,
            1,
            $"{schema.Fields[(int)field].Name} {InputError.Quote(text)} has the same hash as {schema.Fields[(int)knownField].Name} {InputError.Quote(known)}; use another hash seed");
    }

    /// <summary>What people call feature number <paramref name="number"/>: <c>city=Paris</c>, <c>age in [25, 30)</c>, <c>price</c>.</summary>
    public string Name(uint number)
    {
        (uint field, byte[] text) = _texts[(int)number];
        FieldSchema of = schema.Fields[(int)field];
        if (of.Kind == FieldKind.Numeric) return of.Name;
        if (of.Kind == FieldKind.Categorical || !NumberText.TryParse(NumberText.Trim(text), out double x))
            return $"{of.Name}={Encoding.UTF8.GetString(text)}";
        int bin = of.Edges.Count(edge => edge <= x);
        string from = bin == 0 ? "(-inf" : "[" + of.Edges[bin - 1].ToString(CultureInfo.InvariantCulture);
        string to = bin == of.Edges.Length ? "inf" : of.Edges[bin].ToString(CultureInfo.InvariantCulture);
        return $"{of.Name} in {from}, {to})";
    }
}
