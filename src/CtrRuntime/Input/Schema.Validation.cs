namespace CtrRuntime.Input;

/// <content>What a schema must satisfy, whoever made it.</content>
public sealed partial record Schema
{
    /// <summary>The largest number of fields of a model.</summary>
    public const int MaximumFields = 65535;

    /// <summary>Checks everything that encoding and reading rely on.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.ModelSchema"/>; the detail says what is wrong.</exception>
    public void Validate()
    {
        if (Keys is not (KeyKind.Id or KeyKind.Text)) throw Invalid($"key kind {(int)Keys} is unknown");
        if (Keys == KeyKind.Id && HashSeed != 0) throw Invalid("integer ids have no hash seed");
        if (Fields is null || Label is null || Weight is null || Clicks is null || Impressions is null)
            throw Invalid("the fields or a column name are null");
        if (Fields.Count > MaximumFields) throw Invalid($"{Fields.Count} fields; the maximum is {MaximumFields}");
        if (Keys == KeyKind.Text && Fields.Count == 0) throw Invalid("there are no fields");

        var names = new HashSet<string>(Fields.Count);
        for (int f = 0; f < Fields.Count; f++) ValidateField(f, names);
        ValidateColumns(names);
    }

    private static CtrException Invalid(string detail) => new(CtrStatus.ModelSchema, $"schema: {detail}");

    private void ValidateField(int number, HashSet<string> names)
    {
        FieldSchema field = Fields[number];
        if (field is null || field.Name is null || field.Edges is null) throw Invalid($"field {number} is null, or its name or edges are");
        if (field.Name.Length == 0 && Keys == KeyKind.Text) throw Invalid($"field {number} has no name");
        if (field.Name.Length > 0 && !names.Add(field.Name)) throw Invalid($"{Name()} occurs twice");
        if (!Enum.IsDefined(field.Kind)) throw Invalid($"{Name()}: kind {(int)field.Kind} is unknown");
        if (!Enum.IsDefined(field.Missing)) throw Invalid($"{Name()}: missing policy {(int)field.Missing} is unknown");
        if (Keys == KeyKind.Id && field.Kind != FieldKind.Categorical) throw Invalid($"{Name()}: with integer ids every field is categorical");
        if (!double.IsFinite(field.Shift)) throw Invalid($"{Name()}: the shift is not finite");
        if (!double.IsFinite(field.Scale) || field.Scale == 0) throw Invalid($"{Name()}: the scale is zero or not finite");
        if (field.Kind != FieldKind.Binned && field.Edges.Length > 0) throw Invalid($"{Name()}: only a binned field has edges");
        for (int e = 0; e < field.Edges.Length; e++)
        {
            if (!double.IsFinite(field.Edges[e])) throw Invalid($"{Name()}: edge {e} is not finite");
            if (e > 0 && field.Edges[e] <= field.Edges[e - 1]) throw Invalid($"{Name()}: edge {e} is not above edge {e - 1}");
        }

        string Name() => field.Name.Length == 0 ? $"field {number}" : $"field {InputError.Quote(field.Name)}";
    }

    // A column that is both a field and the label would leak it; two sources of a label or weight would contradict each other.
    private void ValidateColumns(HashSet<string> names)
    {
        if ((Clicks.Length > 0) != (Impressions.Length > 0)) throw Invalid("clicks and impressions come together or not at all");
        if (Clicks.Length > 0 && Label.Length > 0) throw Invalid("labels come from a label column or from clicks and impressions, not both");
        if (Clicks.Length > 0 && Weight.Length > 0) throw Invalid("weights come from a weight column or from clicks and impressions, not both");
        foreach (string column in new[] { Label, Weight, Clicks, Impressions })
            if (column.Length > 0 && !names.Add(column)) throw Invalid($"column {InputError.Quote(column)} has two roles");
    }
}
