namespace CtrRuntime.Input;

/// <summary>What a key is. The numbers are those of the model file.</summary>
public enum KeyKind
{
    /// <summary>The integer id of the feature, shared by all fields (libffm and libsvm text).</summary>
    Id = 1,

    /// <summary>XXH3-64 of the value's UTF-8 text, seeded by the field (CSV): see <see cref="FieldKeys"/>.</summary>
    Text = 2,
}

/// <summary>The fields of a model and what its keys are: all that is needed to turn raw values into rows.</summary>
/// <param name="Keys">Integer ids or hashed text.</param>
/// <param name="HashSeed">Seed of the text hash; 0 for ids.</param>
/// <param name="Fields">The fields; a row's field number is an index into this list. Empty for libsvm ids, which have no fields.</param>
/// <param name="Label">Column of the label in CSV, empty when there is none.</param>
/// <param name="Weight">Column of the example's weight in CSV, empty when there is none.</param>
/// <param name="Clicks">Column that counts the positives of an aggregated CSV row, empty when there is none.</param>
/// <param name="Impressions">Column that counts all examples of an aggregated CSV row, empty when there is none.</param>
public sealed partial record Schema(
    KeyKind Keys,
    ulong HashSeed,
    IReadOnlyList<FieldSchema> Fields,
    string Label = "",
    string Weight = "",
    string Clicks = "",
    string Impressions = "")
{
    /// <summary>A schema of integer ids with <paramref name="fields"/> nameless categorical fields.</summary>
    public static Schema OfIds(int fields) =>
        new(KeyKind.Id, 0, [.. Enumerable.Range(0, fields).Select(_ => FieldSchema.Categorical(""))]);
}
