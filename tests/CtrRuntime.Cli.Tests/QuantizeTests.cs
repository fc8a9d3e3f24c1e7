using System.Globalization;
using System.Text;
using System.Text.Json;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Cli.Tests;

public sealed class QuantizeTests : IDisposable
{
    private const int Rows = 300;
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, string> KindsAndTypes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (ModelKind kind in ModelKinds.All)
            {
                data.Add(kind.Name, "bf16");
                data.Add(kind.Name, "int8");
            }

            return data;
        }
    }

    private string Model => _directory.File("model.ctr");

    private string Small => _directory.File("small.ctr");

    private string Data => _directory.File("rows.ffm");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(KindsAndTypes))]
    public void Every_kind_becomes_a_sound_small_model_with_any_index(string kind, string type)
    {
        foreach (IndexKind index in Enum.GetValues<IndexKind>())
        {
            TestModels.Shape shape = new(kind) { Index = index, Slots = 128, Latent = 8 };
            TestModels.Write(Model, shape);
            WriteRows(shape, _ => 1);
            var json = Json(Quantize(type, "--data", Data, "--format", "libffm", "--max-loss-increase", "0.05", "--json"));
            bool applies = kind != "lr";
            JsonElement before = json.GetProperty("before"), after = json.GetProperty("after");
            Assert.Equal(kind, json.GetProperty("kind").GetString());
            Assert.Equal(("f32", applies ? type : "f32"), (before.GetProperty("weights").GetString(), after.GetProperty("weights").GetString()));
            Assert.Equal(new FileInfo(Model).Length, before.GetProperty("bytes").GetInt64());
            Assert.Equal(new FileInfo(Small).Length, after.GetProperty("bytes").GetInt64());
            if (applies) Assert.True(after.GetProperty("bytes").GetInt64() < before.GetProperty("bytes").GetInt64());
            else Assert.Equal(File.ReadAllBytes(Model), File.ReadAllBytes(Small));
            Assert.All(new[] { before, after }, side => Assert.True(side.GetProperty("ns_per_row").GetDouble() > 0));

            // What it says of the two models is what evaluate says of them, and the scores are the library's.
            foreach (var (side, path) in new[] { (before, Model), (after, Small) })
            {
                var evaluation = Json(Ctr.Succeed("evaluate", "--model", path, "--data", Data, "--format", "libffm", "--json"));
                foreach (JsonProperty metric in evaluation.EnumerateObject()) Assert.Equal(metric.Value.GetRawText(), side.GetProperty(metric.Name).GetRawText());
            }

            JsonElement change = json.GetProperty("change");
            Assert.Equal(["logloss", "auc", "ece"], change.EnumerateObject().Select(metric => metric.Name));
            Assert.Equal(
                after.GetProperty("logloss").GetDouble() - before.GetProperty("logloss").GetDouble(), change.GetProperty("logloss").GetDouble());
            Assert.Equal(LibraryScores(shape), PrintedScores());
            Assert.Contains(", each found once", Ctr.Succeed("verify", Small).Output);
        }
    }

    [Fact]
    public void A_loss_that_rises_by_too_much_is_refused_and_the_old_file_stays()
    {
        // Such large weights are too coarse in eight bits.
        TestModels.Shape shape = new("ffm") { Spread = 5 };
        TestModels.Write(Model, shape);
        WriteLabelsThatFit(shape);
        string[] args = ["quantize", "--model", Model, "--to", "int8", "--model-out", Small, "--data", Data, "--format", "libffm"];
        string line = Ctr.Fail(ExitCode.Error, args);
        Assert.Matches($@"^ctr: {Small}: not written, because the logloss on {Data} rises from \d\.\d+ to \d\.\d+, by more than 0\.000500$", line);
        Assert.Equal([Model, Data], Directory.GetFiles(_directory.Path).Order());
        File.WriteAllText(Small, "old");
        Ctr.Fail(ExitCode.Error, args);
        Assert.Equal("old", File.ReadAllText(Small));
        Assert.Equal([Model, Data, Small], Directory.GetFiles(_directory.Path).Order());

        Ctr.Succeed([.. args, "--max-loss-increase", "100"]);
        using var model = CtrModel.Open(Small);
        Assert.Equal(WeightType.Int8, model.Info.Weights);
    }

    [Fact]
    public void A_limit_of_0_refuses_any_rise_and_takes_a_fall()
    {
        TestModels.Shape shape = new("fm");
        TestModels.Write(Model, shape);
        WriteLabelsThatFit(shape);
        string[] args = ["quantize", "--model", Model, "--to", "bf16", "--model-out", Small, "--data", Data, "--format", "libffm", "--max-loss-increase", "0"];
        Assert.Contains("by more than 0.000000", Ctr.Fail(ExitCode.Error, args));
        File.WriteAllLines(Data, File.ReadAllLines(Data).Select(row => (row[0] == '1' ? "0" : "1") + row[1..]));
        Ctr.Succeed(args);
    }

    [Fact]
    public void Ratings_are_judged_by_their_rmse()
    {
        TestModels.Shape shape = new("mf") { Link = Link.Identity };
        TestModels.Write(Model, shape);
        WriteRows(shape, row => row % 4);
        var json = Json(Quantize("int8", "--data", Data, "--format", "libffm", "--json"));
        Assert.Equal("rmse", Assert.Single(json.GetProperty("change").EnumerateObject()).Name);
        Assert.Matches(
            "the rmse on .* rises from",
            Ctr.Fail(ExitCode.Error, "quantize", "--model", WriteRatings(5), "--to", "int8", "--model-out", Small, "--data", Data, "--format", "libffm"));
    }

    [Fact]
    public void Prints_a_table()
    {
        TestModels.Shape shape = new("ffm");
        TestModels.Write(Model, shape);
        WriteRows(shape, row => row % 2);
        string[] lines = Quantize("int8", "--data", Data, "--format", "libffm").Lines;
        Assert.Equal(7, lines.Length);
        Assert.Matches(@"^ +before +after +change$", lines[0]);
        Assert.Matches(@"^weights +f32 +int8$", lines[1]);
        Assert.Matches(@"^bytes +\d+ +\d+ +-\d+\.\d%$", lines[2]);
        Assert.Matches(@"^ns_per_row +\d+ +\d+ +[+-]?\d+\.\d%$", lines[3]);
        Assert.Matches(@"^logloss +0\.\d{6} +0\.\d{6} +[+-]?0\.\d{6}$", lines[4]);
        Assert.Matches(@"^auc +0\.\d{6} +0\.\d{6} +[+-]?0\.\d{6}$", lines[5]);
        Assert.Matches(@"^ece +0\.\d{6} +0\.\d{6} +[+-]?0\.\d{6}$", lines[6]);
    }

    [Fact]
    public void Without_data_size_and_speed_are_what_it_says()
    {
        TestModels.Write(Model, new("fm"));
        string[] lines = Quantize("bf16").Lines;
        Assert.Equal(4, lines.Length);
        Assert.Matches(@"^ns_per_row +\d+ +\d+ ", lines[3]);
        var json = Json(Quantize("bf16", "--json"));
        Assert.False(json.TryGetProperty("change", out _));
        Assert.False(json.GetProperty("before").TryGetProperty("logloss", out _));
        Assert.True(json.GetProperty("after").GetProperty("ns_per_row").GetDouble() > 0);
    }

    [Fact]
    public void A_model_of_linear_weights_only_is_copied_with_a_note()
    {
        TestModels.Write(Model, new("lr") { Names = true });
        Assert.Equal(
            $"ctr: lr has only linear weights, which stay f32: there is nothing to quantize, {Small} is a copy", Assert.Single(Quantize("int8").ErrorLines));
        Assert.Equal(File.ReadAllBytes(Model), File.ReadAllBytes(Small));
    }

    [Fact]
    public void A_small_model_is_not_made_smaller()
    {
        TestModels.Write(Model, new("fm") { Type = WeightType.BFloat16 });
        Assert.Equal(
            $"ctr: {Model}: its weights are bf16 already; quantize the f32 model that it was made from",
            Ctr.Fail(ExitCode.Error, "quantize", "--model", Model, "--to", "int8", "--model-out", Small));
        Assert.False(File.Exists(Small));
    }

    [Fact]
    public void A_model_may_be_replaced_by_its_small_self()
    {
        TestModels.Shape shape = new("ffm");
        TestModels.Write(Model, shape);
        Ctr.Succeed("quantize", "--model", Model, "--to", "int8", "--model-out", Model);
        using var model = CtrModel.Open(Model, new CtrOpenOptions { VerifyAll = true });
        Assert.Equal(WeightType.Int8, model.Info.Weights);
        Assert.Equal([Model], Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void A_damaged_model_is_refused()
    {
        TestModels.Write(Model, new("fm"));
        byte[] bytes = File.ReadAllBytes(Model);
        using (var model = CtrModel.Open(Model)) bytes[(int)model.File.Sections.Single(section => section.Id == SectionId.Weights).Offset + 9] ^= 1;
        File.WriteAllBytes(Model, bytes);
        Assert.Contains("checksum", Ctr.Fail(ExitCode.Error, "quantize", "--model", Model, "--to", "int8", "--model-out", Small));
        Assert.False(File.Exists(Small));
    }

    [Fact]
    public void Standard_input_is_read_once()
    {
        TestModels.Shape shape = new("ffm");
        TestModels.Write(Model, shape);
        WriteRows(shape, row => row % 2);
        string[] args = ["quantize", "--model", Model, "--to", "int8", "--model-out", Small, "--data", "-", "--format", "libffm", "--json"];
        var result = Ctr.Run(File.ReadAllBytes(Data), args, CancellationToken.None);
        Assert.Equal(ExitCode.Ok, result.Code);
        Assert.Equal(Rows, Json(result).GetProperty("after").GetProperty("rows").GetInt32());
    }

    [Fact]
    public void Data_that_the_model_does_not_know_are_worth_a_warning()
    {
        TestModels.Write(Model, new("fm"));
        File.WriteAllText(Data, "1 0:5000001:1 1:5000002:1\n");
        Assert.Contains("warning", Quantize("int8", "--data", Data, "--format", "libffm").Error);
    }

    [Fact]
    public void Data_without_rows_or_labels_are_refused_and_no_file_is_left()
    {
        TestModels.Write(Model, new("fm"));
        string[] args = ["quantize", "--model", Model, "--to", "int8", "--model-out", Small, "--data", Data, "--format", "libffm"];
        Assert.Contains("rows.ffm", Ctr.Fail(ExitCode.Error, args));
        File.WriteAllText(Data, "");
        Assert.Equal($"ctr: {Data}: there are no examples in it", Ctr.Fail(ExitCode.Error, args));
        File.WriteAllText(Data, "0:2:1\n");
        Assert.StartsWith($"ctr: {Data}:1:1: ", Ctr.Fail(ExitCode.Error, args));
        Assert.Equal([Model, Data], Directory.GetFiles(_directory.Path).Order());
    }

    [Fact]
    public void An_interrupted_run_leaves_no_file()
    {
        TestModels.Write(Model, new("fm"));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var result = Ctr.Run([], ["quantize", "--model", Model, "--to", "int8", "--model-out", Small], cancelled.Token);
        Assert.Equal((ExitCode.Interrupted, "ctr: interrupted\n"), (result.Code, result.Error));
        Assert.Equal([Model], Directory.GetFiles(_directory.Path));
    }

    [Theory]
    [InlineData("--data and --format come together or not at all", "--to", "int8", "--data", "x")]
    [InlineData("--data and --format come together or not at all", "--to", "int8", "--format", "csv")]
    [InlineData("--max-loss-increase needs --data", "--to", "int8", "--max-loss-increase", "1")]
    [InlineData("--to: 'f32' is not one of bf16, int8", "--to", "f32")]
    [InlineData("--max-loss-increase: '-1' is not a number of at least 0", "--to", "int8", "--max-loss-increase", "-1")]
    public void Usage_is_checked(string problem, params string[] args) =>
        Assert.Contains(problem, Ctr.Fail(ExitCode.Usage, ["quantize", "--model", "m.ctr", "--model-out", "q.ctr", .. args]));

    private static JsonElement Json(Ctr.Result result) => JsonDocument.Parse(result.Output).RootElement;

    private Ctr.Result Quantize(string type, params string[] more) =>
        Ctr.Succeed(["quantize", "--model", Model, "--to", type, "--model-out", Small, .. more]);

    private string WriteRatings(double spread)
    {
        string path = _directory.File("ratings.ctr");
        TestModels.Shape shape = new("mf") { Link = Link.Identity, Spread = spread };
        TestModels.Write(path, shape);

        // The labels are the model's own scores.
        using var model = CtrModel.Open(path);
        var rows = RandomRows(shape);
        WriteRows(rows, row => Score(model, rows[row]));
        return path;
    }

    /// <summary>Labels each row so that the f32 model's score is nearer to the label than the small model's.</summary>
    private void WriteLabelsThatFit(TestModels.Shape shape)
    {
        string small = _directory.File("other.ctr");
        TestModels.Write(small, shape with { Type = shape.Kind == "ffm" ? WeightType.Int8 : WeightType.BFloat16 });
        using (CtrModel full = CtrModel.Open(Model), other = CtrModel.Open(small))
        {
            var rows = RandomRows(shape);
            WriteRows(rows, row => Score(full, rows[row]) > Score(other, rows[row]) ? 1 : 0);
        }

        File.Delete(small);
    }

    private void WriteRows(TestModels.Shape shape, Func<int, double> label) => WriteRows(RandomRows(shape), row => row % 3 == 0 ? 0 : label(row));

    private void WriteRows(List<GoldenRow> rows, Func<int, double> label)
    {
        var text = new StringBuilder();
        for (int row = 0; row < rows.Count; row++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{label(row)}");
            for (int i = 0; i < rows[row].Keys.Length; i++)
                text.Append(CultureInfo.InvariantCulture, $" {rows[row].Fields[i]}:{rows[row].Keys[i]}:{rows[row].Values[i]}");
            text.Append('\n');
        }

        File.WriteAllText(Data, text.ToString());
    }

    private static List<GoldenRow> RandomRows(TestModels.Shape shape)
    {
        var random = new Random(5);
        int fields = ModelKinds.Find(shape.Kind)!.ExactFields ?? shape.Fields;
        return [.. Enumerable.Range(0, Rows).Select(_ => TestModels.RandomRow(random, shape, fields))];
    }

    private static float Score(CtrModel model, GoldenRow row)
    {
        var score = new float[1];
        model.Score([0, (ulong)row.Keys.Length], row.Fields, row.Keys, row.Values, score);
        return score[0];
    }

    private float[] LibraryScores(TestModels.Shape shape)
    {
        using var model = CtrModel.Open(Small);
        return [.. RandomRows(shape).Select(row => Score(model, row))];
    }

    private float[] PrintedScores() =>
        [.. Ctr.Succeed("score", "--model", Small, "--data", Data, "--format", "libffm").Lines.Select(line => float.Parse(line, CultureInfo.InvariantCulture))];
}
