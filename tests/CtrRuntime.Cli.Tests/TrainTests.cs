using System.Globalization;
using System.Text;
using System.Text.Json;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Cli.Tests;

/// <summary>Whole runs of <c>ctr train</c> on small files, and what comes of the models.</summary>
public sealed class TrainTests : IClassFixture<TrainTests.Log>, IDisposable
{
    private readonly Log _log;
    private readonly TemporaryDirectory _directory = new();

    public TrainTests(Log log) => _log = log;

    /// <summary>A small synthetic log, made once.</summary>
    public sealed class Log : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        public Log()
        {
            foreach (string format in (string[])["libffm", "csv"])
            {
                Ctr.Succeed(
                    "synth", "--train-out", File($"train.{format}"), "--validation-out", File($"validation.{format}"), "--test-out", File($"test.{format}"),
                    "--rows", "6000", "--validation-rows", "1500", "--test-rows", "1500", "--fields", "6", "--max-values", "30", "--core-fields", "3",
                    "--other-pairs", "4", "--format", format);
            }
        }

        public string File(string name) => _directory.File(name);

        public void Dispose() => _directory.Dispose();
    }

    private string Model => _directory.File("model.ctr");

    [Theory]
    [InlineData("lr", "libffm")]
    [InlineData("poly2", "libffm")]
    [InlineData("fm", "libffm")]
    [InlineData("ffm", "libffm")]
    [InlineData("lr", "csv")]
    [InlineData("ffm", "csv")]
    public void A_trained_model_evaluates_as_the_trainer_said_and_beats_the_base_rate(string kind, string format)
    {
        var train = Train(kind, format);
        Assert.Contains("rows/s", train.Error);
        double validated = Number(train, "validation_logloss");
        var evaluation = Ctr.Succeed("evaluate", "--model", Model, "--data", _log.File($"validation.{format}"), "--format", format);
        Assert.Equal(validated, Number(evaluation, "logloss"), 2e-6);
        Assert.InRange(Number(evaluation, "normalized_entropy"), .5, .97);
        Assert.Contains($"{kind}", Ctr.Succeed("inspect", Model).Lines[0]);
        Ctr.Succeed("verify", Model);
    }

    [Fact]
    public void A_cache_of_rows_changes_nothing_and_says_when_it_is_made_anew()
    {
        string folder = _directory.File("cache");
        Train("lr", "libffm");
        byte[] without = File.ReadAllBytes(Model);
        Assert.DoesNotContain("anew", Train("lr", "libffm", "--cache", folder).Error);
        Assert.Equal(without, File.ReadAllBytes(Model));
        string cache = Assert.Single(Directory.GetFiles(folder));
        Assert.DoesNotContain("anew", Train("lr", "libffm", "--cache", folder).Error);
        Assert.Equal(without, File.ReadAllBytes(Model));
        File.WriteAllText(cache, "");
        Assert.Contains($"warning: {cache}: it is not a cache of rows; it is made anew", Train("lr", "libffm", "--cache", folder).Error);
        Assert.Equal(without, File.ReadAllBytes(Model));
    }

    [Fact]
    public void Ratings_are_learnt_by_mf()
    {
        var text = new StringBuilder();
        var random = new Random(5);
        for (int i = 0; i < 3000; i++)
        {
            int user = random.Next(30), item = random.Next(20);
            double rating = 3 + (user % 3 * .5) - (item % 2) + (random.NextDouble() * .2);
            text.Append(CultureInfo.InvariantCulture, $"{rating:0.00} 0:{user}:1 1:{1000 + item}:1\n");
        }

        string data = _directory.File("ratings.ffm");
        File.WriteAllText(data, text.ToString());
        var train = Ctr.Succeed("train", "--kind", "mf", "--data", data, "--format", "libffm", "--validation", data, "--model", Model);
        Assert.Contains("validation rmse", train.Error);
        var evaluation = Ctr.Succeed("evaluate", "--model", Model, "--data", data, "--format", "libffm");
        Assert.Equal(Number(train, "validation_rmse"), Number(evaluation, "rmse"), 2e-6);
        Assert.InRange(Number(evaluation, "rmse"), 0, .2);
    }

    [Fact]
    public void The_same_seed_gives_the_same_bytes_and_another_one_others()
    {
        byte[] Run(string seed)
        {
            Train("ffm", "libffm", "--epochs", "2", "--seed", seed);
            return File.ReadAllBytes(Model);
        }

        byte[] first = Run("1"), second = Run("2"), again = Run("1");
        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Reads_standard_input()
    {
        Train("lr", "libffm", "--epochs", "2");
        byte[] expected = File.ReadAllBytes(Model);
        var (code, _, error) = CtrProcess.Run(
            File.ReadAllText(_log.File("train.libffm")),
            "train", "--kind", "lr", "--data", "-", "--format", "libffm", "--validation", _log.File("validation.libffm"), "--model", Model, "--epochs", "2");
        Assert.True(code == ExitCode.Ok, error);
        Assert.Equal(expected, File.ReadAllBytes(Model));
    }

    [Fact]
    public void Columns_get_the_roles_that_were_named()
    {
        var text = new StringBuilder("id,age,price,city,w,clicked\n");
        for (int i = 0; i < 400; i++)
            text.Append(CultureInfo.InvariantCulture, $"{i},{20 + (i % 50)},{i % 7 * 1.5},c{i % 5},{1 + (i % 2)},{(i % 5 == 0 ? 1 : 0)}\n");
        string data = _directory.File("log.csv");
        File.WriteAllText(data, text.ToString());
        Ctr.Succeed(
            "train", "--kind", "fm", "--data", data, "--format", "csv", "--model", Model, "--label", "clicked", "--weight", "w",
            "--numeric", "age", "--bins", "4", "--standardize", "price", "--ignore", "id", "--epochs", "2");
        string inspected = Ctr.Succeed("inspect", Model).Output;
        Assert.Matches(@"(?m)^0 +age +binned +4 ", inspected);
        Assert.Matches(@"(?m)^1 +price +numeric +4\.\d+ +0\.\d+ +skip$", inspected);
        Assert.Matches(@"(?m)^2 +city +categorical ", inspected);
        Assert.Matches(@"(?m)^label +clicked$", inspected);
        Assert.Matches(@"(?m)^fields +3$", inspected);
        Assert.Equal(600, Number(Ctr.Succeed("evaluate", "--model", Model, "--data", data, "--format", "csv"), "weight"));
    }

    [Fact]
    public void The_report_is_json()
    {
        string path = _directory.File("report.json");
        var train = Train("fm", "libffm", "--epochs", "3", "--json", path);
        var report = JsonDocument.Parse(File.ReadAllText(path)).RootElement;
        Assert.Equal("fm", report.GetProperty("kind").GetString());
        Assert.Equal(6000, report.GetProperty("data").GetProperty("rows").GetInt64());
        Assert.Equal("logistic", report.GetProperty("options").GetProperty("loss").GetString());
        var epochs = report.GetProperty("epochs");
        Assert.InRange(epochs.GetArrayLength(), 1, 3);
        var best = epochs[report.GetProperty("best_epoch").GetInt32() - 1];
        Assert.Equal(Number(train, "validation_logloss"), best.GetProperty("validation_loss").GetDouble(), 1e-6);
        var printed = JsonDocument.Parse(Train("fm", "libffm", "--epochs", "3", "--json", "-").Output).RootElement;
        Assert.Equal(epochs.GetArrayLength(), printed.GetProperty("epochs").GetArrayLength());
    }

    [Fact]
    public void Solver_lbfgs_goes_to_the_optimum_and_says_so_everywhere()
    {
        string path = _directory.File("report.json");
        var train = Train("lr", "libffm", "--solver", "lbfgs", "--l2", "0.5", "--json", path);
        Assert.DoesNotContain("warning", train.Error);
        Assert.Contains("validation logloss", train.Error);
        double objective = Number(train, "objective");
        var report = JsonDocument.Parse(File.ReadAllText(path)).RootElement;
        var options = report.GetProperty("options");
        Assert.Equal("lbfgs", options.GetProperty("solver").GetString());
        Assert.Equal((0.5, 1000), (options.GetProperty("l2").GetDouble(), options.GetProperty("epochs").GetInt32()));
        Assert.Equal(JsonValueKind.Null, options.GetProperty("learning_rate").ValueKind);
        var epochs = report.GetProperty("epochs");
        Assert.Equal(epochs.GetArrayLength(), report.GetProperty("best_epoch").GetInt32());
        Assert.Equal(objective, epochs[epochs.GetArrayLength() - 1].GetProperty("objective").GetDouble(), 1e-6);
        string inspected = Ctr.Succeed("inspect", Model).Output;
        Assert.Matches("\"solver\": \"lbfgs\"", inspected);
        Assert.DoesNotContain("learning_rate", inspected);
        var evaluation = Ctr.Succeed("evaluate", "--model", Model, "--data", _log.File("validation.libffm"), "--format", "libffm");
        Assert.Equal(Number(train, "validation_logloss"), Number(evaluation, "logloss"), 2e-6);

        Train("lr", "libffm", "--epochs", "1", "--json", path);
        Assert.Equal("adagrad", JsonDocument.Parse(File.ReadAllText(path)).RootElement.GetProperty("options").GetProperty("solver").GetString());
    }

    [Fact]
    public void Solver_lbfgs_refuses_other_kinds()
    {
        string error = Ctr.Fail(
            ExitCode.Usage, "train", "--kind", "ffm", "--data", _log.File("train.libffm"), "--format", "libffm", "--model", Model, "--solver", "lbfgs");
        Assert.EndsWith("solver lbfgs trains linear models (kind lr), not ffm", error);
    }

    [Fact]
    public void A_malformed_line_is_named_and_the_old_model_stays()
    {
        string data = _directory.File("bad.ffm");
        File.WriteAllText(data, "1 0:1:1\n0 0:2:nan\n");
        File.WriteAllText(Model, "old");
        var result = Ctr.Run("train", "--kind", "lr", "--data", data, "--format", "libffm", "--model", Model);
        Assert.Equal(ExitCode.Error, result.Code);
        Assert.StartsWith($"ctr: {data}:2:", result.ErrorLines[^1]);
        Assert.Equal("old", File.ReadAllText(Model));
    }

    [Fact]
    public void An_interrupted_run_leaves_the_old_model()
    {
        File.WriteAllText(Model, "old");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        string[] args = ["train", "--kind", "lr", "--data", _log.File("train.libffm"), "--format", "libffm", "--model", Model];
        var result = Ctr.Run([], args, cancelled.Token);
        Assert.Equal(ExitCode.Interrupted, result.Code);
        Assert.Equal("", result.Output);
        Assert.Equal("old", File.ReadAllText(Model));
        Assert.Single(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void A_directory_is_not_replaced_by_a_model()
    {
        Directory.CreateDirectory(Model);
        string error = Ctr.Fail(ExitCode.Error, "train", "--kind", "lr", "--data", _log.File("train.libffm"), "--format", "libffm", "--model", Model);
        Assert.StartsWith($"ctr: {Model}: is no file (Directory)", error);
    }

    [Fact]
    public void Labels_that_are_all_equal_are_refused()
    {
        string data = _directory.File("zeros.ffm");
        File.WriteAllText(data, "0 0:1:1\n0 0:2:1\n");
        string error = Ctr.Fail(ExitCode.Error, "train", "--kind", "lr", "--data", data, "--format", "libffm", "--model", Model);
        Assert.Contains("label", error);
        Assert.False(File.Exists(Model));
    }

    [Theory]
    [InlineData("--clicks", "c")]
    [InlineData("--early-stop", "rmse")]
    [InlineData("--averaging", "1")]
    [InlineData("--solver", "lbfgs", "--learning-rate", "0.1")]
    [InlineData("--solver", "lbfgs", "--linear-learning-rate", "0.1")]
    [InlineData("--solver", "lbfgs", "--linear-l2", "0")]
    [InlineData("--solver", "lbfgs", "--averaging", "0.7")]
    [InlineData("--solver", "lbfgs", "--early-stop", "logloss")]
    [InlineData("--solver", "lbfgs", "--patience", "4")]
    public void Options_that_contradict_are_a_usage_error(params string[] options) =>
        Ctr.Fail(ExitCode.Usage, ["train", "--kind", "lr", "--data", _log.File("train.csv"), "--format", "csv", "--model", Model, .. options]);

    public void Dispose() => _directory.Dispose();

    private static double Number(Ctr.Result result, string name)
    {
        string line = result.Lines.Single(line => line.StartsWith($"{name} ", StringComparison.Ordinal));
        return double.Parse(line.Split(' ')[^1], CultureInfo.InvariantCulture);
    }

    private Ctr.Result Train(string kind, string format, params string[] more) => Ctr.Succeed(
    [
        "train", "--kind", kind, "--data", _log.File($"train.{format}"), "--format", format, "--validation", _log.File($"validation.{format}"),
        "--model", Model, .. more,
    ]);
}
