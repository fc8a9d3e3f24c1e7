namespace CtrRuntime.Input;

/// <summary>How a field's raw value becomes features. The numbers are those of the model file.</summary>
public enum FieldKind
{
    /// <summary>Every distinct text is a feature of value 1.</summary>
    Categorical = 0,

    /// <summary>One feature whose value is (x − shift) · scale.</summary>
    Numeric = 1,

    /// <summary>A feature of value 1 per interval between stored edges.</summary>
    Binned = 2,
}

/// <summary>What an absent or empty raw value becomes. The numbers are those of the model file.</summary>
public enum MissingPolicy
{
    /// <summary>The feature "empty" of the field, with a weight of its own.</summary>
    Feature = 0,

    /// <summary>No feature at all.</summary>
    Skip = 1,
}

/// <summary>One field (column) of a model: its name and how raw values of it become features.</summary>
/// <param name="Name">The column's name; unique in a schema; empty for fields that only have a number (libffm text).</param>
/// <param name="Kind">How a value is read.</param>
/// <param name="Missing">What an absent value becomes.</param>
/// <param name="Shift">Subtracted from a <see cref="FieldKind.Numeric"/> value.</param>
/// <param name="Scale">Multiplies a <see cref="FieldKind.Numeric"/> value after the shift.</param>
/// <param name="Edges">
/// Strictly increasing edges of a <see cref="FieldKind.Binned"/> field: bin b holds x with Edges[b−1] ≤ x &lt; Edges[b],
/// so that n edges make n + 1 bins. Empty otherwise.
/// </param>
public sealed record FieldSchema(
    string Name, FieldKind Kind, MissingPolicy Missing, double Shift, double Scale, double[] Edges)
{
    /// <summary>A categorical field: every distinct text, the empty one included, is a feature.</summary>
    public static FieldSchema Categorical(string name) => new(name, FieldKind.Categorical, MissingPolicy.Feature, 0, 1, []);

    /// <summary>A numeric field that enters as (x − shift) · scale.</summary>
    public static FieldSchema Numeric(string name, double shift, double scale) =>
        new(name, FieldKind.Numeric, MissingPolicy.Skip, shift, scale, []);

    /// <summary>A numeric field that enters as the interval it falls in.</summary>
    public static FieldSchema Binned(string name, double[] edges) => new(name, FieldKind.Binned, MissingPolicy.Feature, 0, 1, edges);
}
