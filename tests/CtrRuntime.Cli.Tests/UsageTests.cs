namespace CtrRuntime.Cli.Tests;

public sealed class UsageTests
{
    [Fact]
    public void Without_a_verb_the_verbs_are_named()
    {
        string line = Ctr.Fail(ExitCode.Usage);
        Assert.Equal("ctr: a verb is missing; the verbs are train, score, evaluate, inspect, verify, synth (see: ctr --help)", line);
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
    [InlineData("synth", "--help")]
    public void Help_is_a_result(params string[] args)
    {
        var result = Ctr.Succeed(args);
        Assert.Contains("Usage:", result.Output);
        Assert.Equal("", result.Error);
    }
}
