using CtrRuntime.Input;
using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Tests.Data;

/// <summary>From the header and the numbers of a CSV file to a schema.</summary>
public sealed class SchemaBuilderTests : IDisposable
{
    private readonly TrainingRuns _runs = new();
    private readonly List<string> _warnings = [];

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void Columns_are_categorical_unless_something_else_is_said()
    {
        Schema schema = Build("id,label,w,age,city,price\n1,0,1,10,x,2\n2,1,1,20,y,4\n3,1,1,30,,\n4,1,1,40,x,9\n", options => options with
        {
            Weight = "w",
            Ignored = ["id"],
            Numeric = ["age"],
            Standardized = ["price"],
            Bins = 2,
        });
        Assert.Equal((KeyKind.Text, "label", "w", "", ""), (schema.Keys, schema.Label, schema.Weight, schema.Clicks, schema.Impressions));
        Assert.Equal(["age", "city", "price"], schema.Fields.Select(field => field.Name));
        Assert.Equal([FieldKind.Binned, FieldKind.Categorical, FieldKind.Numeric], schema.Fields.Select(field => field.Kind));
        Assert.Equal([25.0], schema.Fields[0].Edges);

        // 2, 4 and 9: mean 5, variance (9 + 1 + 16) / 3. The missing price does not count.
        Assert.Equal(5, schema.Fields[2].Shift, 12);
        Assert.Equal(1 / Math.Sqrt(26.0 / 3), schema.Fields[2].Scale, 12);
        Assert.Empty(_warnings);
        schema.Validate();
    }

    [Fact]
    public void Clicks_and_impressions_take_the_place_of_the_label()
    {
        Schema schema = Build("video,label,shown,clicked\nA,x,530,8\n", options => options with { Clicks = "clicked", Impressions = "shown" });
        Assert.Equal(["video", "label"], schema.Fields.Select(field => field.Name));
        Assert.Equal(("", "clicked", "shown"), (schema.Label, schema.Clicks, schema.Impressions));
    }

    [Fact]
    public void A_column_of_one_number_or_none_is_worth_a_warning()
    {
        Schema schema = Build("label,a,b,c,d\n0,7,7,,\n1,7,7,,\n", options => options with { Numeric = ["a", "c"], Standardized = ["b", "d"] });
        Assert.All(schema.Fields, field => Assert.Empty(field.Edges));
        Assert.Equal((7.0, 1.0, 0.0, 1.0), (schema.Fields[1].Shift, schema.Fields[1].Scale, schema.Fields[3].Shift, schema.Fields[3].Scale));
        Assert.Equal(["'a' has the same", "'b' has the same", "'c' has no", "'d' has no"], _warnings.Select(w => w[w.IndexOf('\'', StringComparison.Ordinal)..w.IndexOf(" number", StringComparison.Ordinal)]));
    }

    [Fact]
    public void Large_numbers_keep_their_variance()
    {
        Schema schema = Build("label,t\n0,1700000000001\n1,1700000000003\n", options => options with { Standardized = ["t"] });
        Assert.Equal(1700000000002, schema.Fields[0].Shift, 3);
        Assert.Equal(1, schema.Fields[0].Scale, 9);
    }

    [Theory]
    [InlineData("a,b\n", "train.txt:1:1: the header has no column 'label' (label); name the column that has it")]
    [InlineData("label\n", "train.txt:1:1: the header has no column left that could be a field")]
    [InlineData("label,n\n1,2\n0,x\n", "train.txt:3:3: n 'x' is not a finite number")]
    [InlineData("label,n\n1,nan\n", "train.txt:2:3: n 'nan' is not a finite number")]
    [InlineData("label,m\n1,2\n", "train.txt:1:1: the header has no column 'n' (numeric)")]
    public void What_cannot_be_used_is_refused(string text, string message)
    {
        CtrException refusal = Assert.Throws<CtrException>(() => Build(text, options => text.Contains('n', StringComparison.Ordinal) || text.Contains('m', StringComparison.Ordinal) ? options with { Numeric = ["n"] } : options));
        Assert.EndsWith(message, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(CtrStatus.Data, refusal.Status);
    }

    [Fact]
    public void A_column_has_one_role()
    {
        CtrException refusal = Assert.Throws<CtrException>(() => Build("label,a\n1,2\n", options => options with { Numeric = ["a"], Ignored = ["a"] }));
        Assert.Equal((CtrStatus.InvalidArgument, "column 'a' cannot be ignored and numeric"), (refusal.Status, refusal.Message));
    }

    private Schema Build(string text, Func<TrainingOptions, TrainingOptions> with)
    {
        TrainingOptions options = with(_runs.Options("lr", "csv", text));
        using var source = new DataSource(options.Data, InputFormat.Csv);
        return new SchemaBuilder(options, _warnings.Add).Build(source);
    }
}
