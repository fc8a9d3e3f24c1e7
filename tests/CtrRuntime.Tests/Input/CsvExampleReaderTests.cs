using CtrRuntime.Input;
using static CtrRuntime.Tests.Input.Inputs;

namespace CtrRuntime.Tests.Input;

public sealed class CsvExampleReaderTests
{
    private static readonly FieldSchema[] Fields =
        [FieldSchema.Categorical("city"), FieldSchema.Numeric("price", 10, 0.5), FieldSchema.Binned("age", [18, 65])];

    private static readonly Schema Labelled = new(KeyKind.Text, 7, Fields, Label: "label");
    private static readonly Schema Weighted = Labelled with { Weight = "weight" };
    private static readonly Schema Counted = new(KeyKind.Text, 7, [FieldSchema.Categorical("city")], Clicks: "clicks", Impressions: "impressions");
    private static readonly Schema Ids = new(KeyKind.Id, 0, [FieldSchema.Categorical("user"), FieldSchema.Categorical("item")], Label: "rating");

    [Fact]
    public void Columns_are_found_by_name_whatever_their_order()
    {
        string first = string.Join('|', ReadAll(Csv("label,city,price,age\n1,Bern,12,20\n-1,\"Genf\",,\n", Labelled)));
        string second = string.Join('|', ReadAll(Csv("other,age,city,label,price\nx,20,Bern,1, 12.0 \n,,Genf,-1,\n", Labelled)));
        Assert.Equal(first, second);
        Assert.Equal($"2: 1 0:{Key(0, "Bern")}:1 1:{Key(1, "")}:1 2:{Key(2, "1")}:1|3: -1 0:{Key(0, "Genf")}:1 2:{Key(2, "")}:1", first);
    }

    [Fact]
    public void A_weight_column_weights_examples()
    {
        List<string> examples = ReadAll(Csv("weight,city,price,age,label\n2.5,a,,,1\n0,a,,,0\n1,a,,,3.5\n", Weighted));
        Assert.Equal(["2: 1*2.5", "3: 0*0", "4: 3.5"], examples.Select(e => e[..e.IndexOf(" 0:", StringComparison.Ordinal)]));
    }

    [Fact]
    public void Counts_become_two_weighted_examples_in_training_and_one_row_in_scoring()
    {
        const string Text = "city,clicks,impressions\na,8,530\nb,0,3\nc,4,4\nd,0,0\n\"e\"\"\n\",1.5,2\n";
        string a = $"0:{Key(0, "a")}:1";
        string b = $"0:{Key(0, "b")}:1";
        string c = $"0:{Key(0, "c")}:1";
        string d = $"0:{Key(0, "d")}:1";
        string e = $"0:{Key(0, "e\"\n")}:1";
        Assert.Equal(
            [$"2: 1*8 {a}", $"2: 0*522 {a}", $"3: 0*3 {b}", $"4: 1*4 {c}", $"6: 1*1.5 {e}", $"6: 0*0.5 {e}"],
            ReadAll(Csv(Text, Counted)));
        Assert.Equal(
            [$"2: none {a}", $"3: none {b}", $"4: none {c}", $"5: none {d}", $"6: none {e}"],
            ReadAll(Csv(Text, Counted, ExampleMode.Scoring)));
    }

    [Fact]
    public void Scoring_needs_neither_label_nor_weight_nor_counts()
    {
        string bern = $"0:{Key(0, "Bern")}:1 2:{Key(2, "")}:1";
        Assert.Equal([$"2: none {bern}"], ReadAll(Csv("city,price,age\nBern,,\n", Weighted, ExampleMode.Scoring)));
        Assert.Equal(
            [$"2: none {bern}", $"3: 1 {bern}"], ReadAll(Csv("city,price,age,label\nBern,,,\nBern,,,1\n", Weighted, ExampleMode.Scoring)));
        Assert.Equal([$"2: none 0:{Key(0, "Bern")}:1"], ReadAll(Csv("city\nBern\n", Counted, ExampleMode.Scoring)));
    }

    [Fact]
    public void Integer_ids_are_read_from_columns() => Assert.Equal(
        ["2: 4.5 0:17:1 1:18446744073709551615:1", "3: 3 1:2:1"],
        ReadAll(Csv("user,item,rating\n17,18446744073709551615,4.5\n, 2,3\n", Ids)));

    [Fact]
    public void Tsv_is_opened_by_its_format()
    {
        using var input = new MemoryStream(Gzip(Utf8("rating\tuser\titem\n5\t1\t2\n")));
        Assert.Equal(["2: 5 0:1:1 1:2:1"], ReadAll(ExampleReaders.Open("-", InputFormat.Tsv, Ids, ExampleMode.Training, input)));
    }

    [Theory]
    [InlineData("", "f:1:1: there is no header line")]
    [InlineData("city,age,label\n", "f:1:1: the header has no column 'price' (a field)")]
    [InlineData("\ncity,age,price\n", "f:2:1: the header has no column 'label' (the label)")]
    [InlineData("city,price,age,label\n", "f:1:1: the header has no column 'weight' (the weight)")]
    [InlineData("label,weight,city,price,age\n,1,a,1,1\n", "f:2:1: the label is missing")]
    [InlineData("label,weight,city,price,age\n1,1,a,1,1\n x,1,a,1,1\n", "f:3:1: label ' x' is not a finite number")]
    [InlineData("label,weight,city,price,age\n1e39,1,a,1,1\n", "f:2:1: label '1e39' is not a finite number")]
    [InlineData("label,weight,city,price,age\n1,,a,1,1\n", "f:2:3: weight '' is not a finite number of at least 0")]
    [InlineData("label,weight,city,price,age\n1,-1,a,1,1\n", "f:2:3: weight '-1' is not a finite number of at least 0")]
    [InlineData("label,weight,city,price,age\n1,1e39,a,1,1\n", "f:2:3: weight '1e39' is not a finite number of at least 0")]
    [InlineData("label,weight,city,price,age\n1,1,\"a\nb\",cheap,1\n", "f:3:4: price 'cheap' is not a number that fits")]
    [InlineData("label,weight,city,price,age\n1,1,a,1e60,1\n", "f:2:7: price '1e60' is not a number that fits")]
    [InlineData("label,weight,city,price,age\n1,1,a,1,NaN\n", "f:2:9: age 'NaN' is not a number that fits")]
    public void Malformed_rows_are_refused_with_their_place(string text, string message) =>
        AssertRefused(message, () => ReadAll(Csv(text, Weighted)));

    [Theory]
    [InlineData("city,clicks\n", "f:1:1: the header has no column 'impressions' (the impressions)")]
    [InlineData("city,clicks,impressions\na,6,5\n", "f:2:3: clicks '6' is more than impressions '5'")]
    [InlineData("city,clicks,impressions\na,-1,5\n", "f:2:3: clicks '-1' is not a finite number of at least 0")]
    [InlineData("city,clicks,impressions\na,1,\n", "f:2:5: impressions '' is not a finite number of at least 0")]
    [InlineData("city,clicks,impressions\na,1,inf\n", "f:2:5: impressions 'inf' is not a finite number of at least 0")]
    public void Malformed_counts_are_refused_with_their_place(string text, string message) =>
        AssertRefused(message, () => ReadAll(Csv(text, Counted)));

    [Fact]
    public void Text_that_is_no_id_is_refused_with_its_place() =>
        AssertRefused("f:2:3: item 'x' is not an integer id", () => ReadAll(Csv("user,item,rating\n1,x,2\n", Ids)));

    [Fact]
    public void What_the_schema_cannot_say_is_refused()
    {
        AssertRefused("f: the schema names no column of labels", () => Csv("city,price,age\n", Labelled with { Label = "" }), CtrStatus.InvalidArgument);
        AssertRefused("f: the model's field 0 has no name, so that columns cannot be matched", () => Csv("a\n", Schema.OfIds(2)), CtrStatus.InvalidArgument);
        AssertRefused(
            "rows.csv: the format csv needs a schema",
            () => ExampleReaders.Open("rows.csv", InputFormat.Csv, null, ExampleMode.Training),
            CtrStatus.InvalidArgument);
        AssertRefused(
            "schema: field 'a' occurs twice",
            () => Csv("a\n", new(KeyKind.Text, 1, [FieldSchema.Categorical("a"), FieldSchema.Categorical("a")], "l")),
            CtrStatus.ModelSchema);
    }

    private static ulong Key(int field, string text) => FieldKeys.Key(FieldKeys.Seed(7, Fields[field].Name), Utf8(text));
}
