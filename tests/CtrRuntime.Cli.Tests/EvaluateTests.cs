using System.Globalization;
using System.Text.Json;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Cli.Tests;

public sealed class EvaluateTests(ModelFixture files) : IClassFixture<ModelFixture>
{
    [Fact]
    public void Measures_the_scores_against_the_labels()
    {
        var evaluation = new ClickEvaluation();
        string[] scores = Ctr.Succeed("score", "--model", files.Model, "--data", files.Data, "--format", "libffm").Lines;
        foreach (var (score, line) in scores.Zip(File.ReadLines(files.Data)))
            evaluation.Add(float.Parse(score, CultureInfo.InvariantCulture), line[0] - '0');
        var expected = evaluation.Result();

        var json = JsonDocument.Parse(Evaluate(files.Model, files.Data, "--json").Output).RootElement;
        foreach (var (name, value) in expected.All) Assert.Equal(value, json.GetProperty(name).GetDouble());
        Assert.Equal(ModelFixture.Rows, json.GetProperty("rows").GetInt64());
        Assert.Equal(
            ["rows", "weight", "positives", "base_rate", "logloss", "auc", "normalized_entropy", "ece"],
            json.EnumerateObject().Select(member => member.Name));
    }

    [Fact]
    public void Prints_a_metric_a_line()
    {
        string[] lines = Evaluate(files.Model, files.Data).Lines;
        Assert.Equal(8, lines.Length);
        Assert.Matches(@"^rows +13000$", lines[0]);
        Assert.Matches(@"^logloss +0\.\d{6}$", lines[4]);
    }

    [Fact]
    public void Threads_change_nothing() =>
        Assert.Equal(Evaluate(files.Model, files.Data, "--threads", "1").Output, Evaluate(files.Model, files.Data, "--threads", "4").Output);

    [Fact]
    public void One_class_has_no_auc()
    {
        string path = files.Write("negatives.ffm", "0 0:2:1\n0 0:4:1\n");
        string[] lines = Evaluate(files.Model, path).Lines;
        Assert.Matches(@"^auc +n/a$", lines[5]);
        Assert.Matches(@"^normalized_entropy +n/a$", lines[6]);
        var json = JsonDocument.Parse(Evaluate(files.Model, path, "--json").Output).RootElement;
        Assert.Equal(JsonValueKind.Null, json.GetProperty("auc").ValueKind);
    }

    [Fact]
    public void Ratings_are_measured_by_their_errors()
    {
        string path = files.Write("ratings.ffm", "3.5 0:2:1 1:4:1\n1 0:6:1 1:8:1\n");
        var json = JsonDocument.Parse(Evaluate(files.Ratings, path, "--json").Output).RootElement;
        Assert.Equal(2.25, json.GetProperty("mean_label").GetDouble());
        Assert.True(json.GetProperty("rmse").GetDouble() >= json.GetProperty("mae").GetDouble());
        Assert.False(json.TryGetProperty("logloss", out _));
    }

    [Fact]
    public void A_missing_label_is_an_error()
    {
        string path = files.Write("unlabelled.ffm", "0:2:1 1:4:1\n");
        Assert.StartsWith($"ctr: {path}:1:1: ", Ctr.Fail(ExitCode.Error, "evaluate", "--model", files.Model, "--data", path, "--format", "libffm"));
    }

    [Fact]
    public void An_empty_file_is_an_error()
    {
        string path = files.Write("empty.ffm", "");
        Assert.StartsWith($"ctr: {path}", Ctr.Fail(ExitCode.Error, "evaluate", "--model", files.Model, "--data", path, "--format", "libffm"));
    }

    private static Ctr.Result Evaluate(string model, string data, params string[] more) =>
        Ctr.Succeed(["evaluate", "--model", model, "--data", data, "--format", "libffm", .. more]);
}
