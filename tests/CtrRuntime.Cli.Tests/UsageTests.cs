using System.Globalization;
using System.Text.RegularExpressions;
using CtrRuntime.Tests.Shared;
using CtrRuntime.Trainer;

namespace CtrRuntime.Cli.Tests;

public sealed class UsageTests
{
    [Fact]
    public void Without_a_verb_the_verbs_are_named()
    {
        string line = Ctr.Fail(ExitCode.Usage);
        Assert.Equal("ctr: a verb is missing; the verbs are train, score, evaluate, rank, inspect, verify, quantize, synth (see: ctr --help)", line);
    }

    [Fact]
    public void An_unknown_verb_is_named() => Assert.StartsWith("ctr: 'predict' is not a verb", Ctr.Fail(ExitCode.Usage, "predict"));

    [Fact]
    public void A_missing_option_is_named()
    {
        string line = Ctr.Fail(ExitCode.Usage, "score", "--data", "x", "--format", "libffm");
        Assert.Contains("--model", line);
        Assert.EndsWith("(see: ctr score --help)", line);
    }

    [Fact]
    public void An_unknown_option_is_named() =>
        Assert.Contains("--colour", Ctr.Fail(ExitCode.Usage, "verify", "m.ctr", "--colour", "red"));

    [Fact]
    public void An_unknown_format_lists_the_formats() => Assert.Contains(
        "--format: 'arff' is not one of libffm, libsvm, csv, tsv",
        Ctr.Fail(ExitCode.Usage, "score", "--model", "m.ctr", "--data", "x", "--format", "arff"));

    [Fact]
    public void An_unknown_kind_lists_the_kinds() => Assert.Contains(
        "--kind: 'dnn' is not one of lr, poly2, mf, fm, ffm",
        Ctr.Fail(ExitCode.Usage, "train", "--kind", "dnn", "--data", "x", "--format", "csv", "--model", "m.ctr"));

    [Theory]
    [InlineData("--latent", "0", "a whole number between 1 and 1024")]
    [InlineData("--latent", "4.5", "a whole number between 1 and 1024")]
    [InlineData("--epochs", "many", "a whole number of at least 1")]
    [InlineData("--learning-rate", "NaN", "a number of at least 0")]
    [InlineData("--l2", "-1", "a number of at least 0")]
    [InlineData("--seed", "-1", "a whole number of at least 0")]
    public void A_bad_number_says_what_is_wanted(string option, string value, string wanted) => Assert.Contains(
        $"{option}: '{value}' is not {wanted}",
        Ctr.Fail(ExitCode.Usage, "train", "--kind", "fm", "--data", "x", "--format", "csv", "--model", "m.ctr", option, value));

    [Theory]
    [InlineData("--help")]
    [InlineData("train", "--help")]
    [InlineData("score", "--help")]
    [InlineData("evaluate", "--help")]
    [InlineData("inspect", "--help")]
    [InlineData("verify", "--help")]
    [InlineData("quantize", "--help")]
    [InlineData("synth", "--help")]
    public void Help_is_a_result(params string[] args)
    {
        var result = Ctr.Succeed(args);
        Assert.Contains("Usage:", result.Output);
        Assert.Equal("", result.Error);
    }

    [Theory]
    [InlineData("lr")]
    [InlineData("poly2")]
    [InlineData("mf")]
    [InlineData("fm")]
    [InlineData("ffm")]
    public void Help_states_the_defaults_of_each_kind(string kind)
    {
        string help = Regex.Replace(Ctr.Succeed("train", "--help").Output, @"\s+", " ");
        var plan = TrainingPlan.Of(new TrainingOptions { Kind = kind, Data = "", Format = "libffm", ModelPath = "" });
        // Ten fields have 45 pairs; mf has two fields, and so one.
        TrainingOptions options = plan.OptionsFor(kind == "mf" ? 1 : 45);
        States("--latent", options.Latent);
        States("--learning-rate", options.LearningRate);
        States("--l2", options.L2 > 0 ? options.L2 : null);
        States("--linear-l2", options.LinearL2);
        States("--initial-deviation", options.InitialDeviation);
        Assert.Contains($"{kind} {(options.Loss == Loss.Squared ? "squared" : "logistic")}", Description("--loss"));
        Assert.Equal(0.05, options.LinearLearningRate);
        Assert.Contains("else 0.05)", Description("--linear-learning-rate"));

        string Description(string option) => Regex.Match(help, $" {option} <[^>]*> (.*?) --").Groups[1].Value;

        void States(string option, double? value)
        {
            if (value is null) Assert.DoesNotMatch($@"\b{kind} [0-9]", Description(option));
            else Assert.Matches($@"\b{kind} {Regex.Escape(value.Value.ToString("G3", CultureInfo.InvariantCulture))}[,)]", Description(option));
        }
    }

    [Fact]
    public void The_first_session_of_the_help_works()
    {
        using var directory = new TemporaryDirectory();
        string[] commands = [.. Ctr.Succeed("--help").Lines.Where(line => line.StartsWith("    ctr ", StringComparison.Ordinal))];
        Assert.Equal(["synth", "train", "evaluate", "score"], commands.Select(command => command.Trim().Split(' ')[1]));
        foreach (string command in commands)
        {
            string[] words = [.. command.Trim().Split(' ')[1..].Select(word => word.Contains('.') ? directory.File(word) : word)];
            Ctr.Succeed(words[0] == "synth" ? [.. words, "--rows", "2000", "--validation-rows", "500", "--test-rows", "500"] : words);
        }

        Assert.Equal(500, File.ReadAllLines(directory.File("scores.txt")).Length);
    }
}
