using CtrRuntime.Input;
using static CtrRuntime.Tests.Input.Inputs;

namespace CtrRuntime.Tests.Input;

public sealed class SchemaTests
{
    private static readonly FieldSchema A = FieldSchema.Categorical("a");
    private static readonly FieldSchema X = FieldSchema.Binned("x", [1, 2]);

    public static TheoryData<string, Schema> Invalid => new()
    {
        { "key kind 3 is unknown", new((KeyKind)3, 0, [A]) },
        { "integer ids have no hash seed", new(KeyKind.Id, 1, [A]) },
        { "there are no fields", new(KeyKind.Text, 1, []) },
        { "65536 fields; the maximum is 65535", Schema.OfIds(65536) },
        { "the fields or a column name are null", new(KeyKind.Text, 1, [A], Label: null!) },
        { "field 1 is null, or its name or edges are", new(KeyKind.Text, 1, [A, null!]) },
        { "field 0 is null, or its name or edges are", new(KeyKind.Text, 1, [X with { Edges = null! }]) },
        { "field 1 has no name", new(KeyKind.Text, 1, [A, X with { Name = "" }]) },
        { "field 'a' occurs twice", new(KeyKind.Text, 1, [A, X, A]) },
        { "field 'a' occurs twice", new(KeyKind.Id, 0, [A, A]) },
        { "field 'a': kind 7 is unknown", new(KeyKind.Text, 1, [A with { Kind = (FieldKind)7 }]) },
        { "field 'a': missing policy -1 is unknown", new(KeyKind.Text, 1, [A with { Missing = (MissingPolicy)(-1) }]) },
        { "field 'x': with integer ids every field is categorical", new(KeyKind.Id, 0, [X]) },
        { "field 'n': the shift is not finite", new(KeyKind.Text, 1, [FieldSchema.Numeric("n", double.NaN, 1)]) },
        { "field 'n': the scale is zero or not finite", new(KeyKind.Text, 1, [FieldSchema.Numeric("n", 0, 0)]) },
        { "field 'n': the scale is zero or not finite", new(KeyKind.Text, 1, [FieldSchema.Numeric("n", 0, double.PositiveInfinity)]) },
        { "field 'a': only a binned field has edges", new(KeyKind.Text, 1, [A with { Edges = [1] }]) },
        { "field 'x': edge 1 is not finite", new(KeyKind.Text, 1, [X with { Edges = [1, double.PositiveInfinity] }]) },
        { "field 'x': edge 2 is not above edge 1", new(KeyKind.Text, 1, [X with { Edges = [1, 2, 2] }]) },
        { "clicks and impressions come together or not at all", new(KeyKind.Text, 1, [A], Clicks: "c") },
        { "labels come from a label column or from clicks and impressions, not both", new(KeyKind.Text, 1, [A], "l", "", "c", "i") },
        { "weights come from a weight column or from clicks and impressions, not both", new(KeyKind.Text, 1, [A], "", "w", "c", "i") },
        { "column 'a' has two roles", new(KeyKind.Text, 1, [A], Label: "a") },
        { "column 'c' has two roles", new(KeyKind.Text, 1, [A], Clicks: "c", Impressions: "c") },
    };

    [Theory]
    [MemberData(nameof(Invalid))]
    public void What_cannot_be_encoded_with_is_refused(string detail, Schema schema)
    {
        AssertRefused($"schema: {detail}", schema.Validate, CtrStatus.ModelSchema);
        AssertRefused($"schema: {detail}", () => _ = new SchemaEncoder(schema), CtrStatus.ModelSchema);
    }

    [Fact]
    public void Whole_schemas_are_accepted()
    {
        Schema[] schemas =
        [
            Schema.OfIds(0),
            Schema.OfIds(65535),
            new(KeyKind.Text, 0, [A, X, FieldSchema.Numeric("n", 1e300, -1e-300), FieldSchema.Binned("one bin", [])], "label", "weight"),
            new(KeyKind.Text, ulong.MaxValue, [A], Clicks: "clicks", Impressions: "impressions"),
        ];
        foreach (Schema schema in schemas) Assert.Null(Record.Exception(schema.Validate));
    }
}
