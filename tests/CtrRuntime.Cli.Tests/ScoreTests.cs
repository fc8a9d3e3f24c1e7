using System.Globalization;
using System.IO.Compression;
using System.Text;
using CtrRuntime.Kernels;

namespace CtrRuntime.Cli.Tests;

public sealed class ScoreTests(ModelFixture files) : IClassFixture<ModelFixture>
{
    [Fact]
    public void Prints_the_very_floats_of_the_library_in_input_order()
    {
        float[] printed = [.. Score().Lines.Select(line => float.Parse(line, CultureInfo.InvariantCulture))];
        Assert.Equal(Library(logits: false), printed);
    }

    [Fact]
    public void Prints_logits_when_asked()
    {
        float[] logits = [.. Score("--logit").Lines.Select(line => float.Parse(line, CultureInfo.InvariantCulture))];
        Assert.Equal(Library(logits: true), logits);
        Assert.Contains(logits, logit => logit < 0);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("2")]
    [InlineData("5")]
    public void Threads_change_nothing(string threads) => Assert.Equal(Score().Output, Score("--threads", threads).Output);

    [Theory]
    [InlineData("v2", KernelLevel.V2)]
    [InlineData("v3", KernelLevel.V3)]
    [InlineData("v4", KernelLevel.V4)]
    [InlineData("arm64", KernelLevel.Arm64)]
    public void A_level_gives_the_bits_of_the_library_at_that_level(string name, KernelLevel level)
    {
        string[] args = ["score", "--model", files.Model, "--data", files.Data, "--format", "libffm", "--logit", "--level", name];
        if (!KernelLevels.IsSupported(level))
        {
            Assert.Contains("is not available", Ctr.Fail(ExitCode.Error, args));
            return;
        }

        float[] logits = [.. Ctr.Succeed(args).Lines.Select(line => float.Parse(line, CultureInfo.InvariantCulture))];
        Assert.Equal(Library(logits: true, level), logits);
    }

    [Fact]
    public void A_file_gets_what_standard_output_would_have_got()
    {
        string path = files.Path("scores.txt");
        var result = Score("--output", path);
        Assert.Equal("", result.Output);
        Assert.Equal(Score().Output, File.ReadAllText(path));
    }

    [Fact]
    public void Reads_standard_input()
    {
        string[] args = ["score", "--model", files.Model, "--data", "-", "--format", "libffm"];
        var result = Ctr.Run(File.ReadAllBytes(files.Data), args, CancellationToken.None);
        Assert.Equal(0, result.Code);
        Assert.Equal(Score().Output, result.Output);
    }

    [Fact]
    public void Reads_gzip()
    {
        string path = files.Path("rows.ffm.gz");
        using (var gzip = new GZipStream(File.Create(path), CompressionLevel.Fastest)) gzip.Write(File.ReadAllBytes(files.Data));
        Assert.Equal(Score().Output, Ctr.Succeed("score", "--model", files.Model, "--data", path, "--format", "libffm").Output);
    }

    [Fact]
    public void Labels_may_be_absent()
    {
        string unlabelled = string.Join('\n', File.ReadLines(files.Data).Select(line => line[2..])) + "\n";
        string path = files.Write("unlabelled.ffm", unlabelled);
        Assert.Equal(Score().Output, Ctr.Succeed("score", "--model", files.Model, "--data", path, "--format", "libffm").Output);
    }

    [Fact]
    public void Says_how_many_features_were_unknown()
    {
        int unknown = File.ReadAllText(files.Data).Split(":1000001:").Length - 1;
        Assert.Contains($"{unknown} of {5 * ModelFixture.Rows} features", Score().Error);
    }

    [Fact]
    public void Says_what_a_row_costs_once_there_are_enough()
    {
        Assert.DoesNotContain("ns per row", Score().Error);
        string path = files.Write("many.ffm", string.Concat(Enumerable.Repeat("0 0:2:1\n", 40_000)));
        Assert.Matches(@"scoring alone [1-9]\d* ns per row", Ctr.Succeed("score", "--model", files.Model, "--data", path, "--format", "libffm").Error);
    }

    [Fact]
    public void Warns_when_most_are_unknown()
    {
        string path = files.Write("foreign.ffm", "0 0:5000001:1 1:5000002:1\n");
        Assert.Contains("warning", Ctr.Succeed("score", "--model", files.Model, "--data", path, "--format", "libffm").Error);
    }

    [Fact]
    public void A_long_row_is_scored_like_any_other()
    {
        string features = string.Concat(Enumerable.Range(0, 2000).Select(i => $" {i % 5}:{2 * (i % 50)}:0.001"));
        string path = files.Write("long.ffm", $"1{features}\n0 0:2:1\n");
        var result = Ctr.Succeed("score", "--model", files.Model, "--data", path, "--format", "libffm");
        Assert.Equal(2, result.Lines.Length);
        Assert.All(result.Lines, line => Assert.InRange(float.Parse(line, CultureInfo.InvariantCulture), 0, 1));
    }

    [Fact]
    public void A_malformed_line_is_named_and_an_old_file_stays()
    {
        string bad = files.Write("bad.ffm", "1 0:2:1\n0 0:2:x\n");
        string output = files.Write("old.txt", "old");
        string line = Ctr.Fail(ExitCode.Error, "score", "--model", files.Model, "--data", bad, "--format", "libffm", "--output", output);
        Assert.StartsWith($"ctr: {bad}:2:", line);
        Assert.Equal("old", File.ReadAllText(output));
        Assert.DoesNotContain(Directory.GetFiles(files.Path(".")), path => path.Contains("old.txt.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_field_that_the_model_does_not_have_is_named_with_its_line()
    {
        string bad = files.Write("field.ffm", "1 0:2:1\n\n0 0:2:1 7:4:1\n");
        string line = Ctr.Fail(ExitCode.Error, "score", "--model", files.Model, "--data", bad, "--format", "libffm");
        Assert.Equal($"ctr: {bad}:3:1: field 7 of feature 2 is not in the model, which has 5 fields", line);
    }

    [Fact]
    public void Columns_do_not_fit_a_model_of_ids()
    {
        string csv = files.Write("rows.csv", "a,b\n1,2\n");
        Assert.Contains("integer ids", Ctr.Fail(ExitCode.Error, "score", "--model", files.Model, "--data", csv, "--format", "csv"));
    }

    [Fact]
    public void A_missing_model_and_missing_data_are_one_line_each()
    {
        string missing = files.Path("none");
        Assert.Contains(missing, Ctr.Fail(ExitCode.Error, "score", "--model", missing, "--data", files.Data, "--format", "libffm"));
        Assert.Contains(missing, Ctr.Fail(ExitCode.Error, "score", "--model", files.Model, "--data", missing, "--format", "libffm"));
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused() =>
        Assert.Contains("not a model file", Ctr.Fail(ExitCode.Error, "score", "--model", files.Data, "--data", files.Data, "--format", "libffm"));

    [Fact]
    public void No_rows_are_no_scores()
    {
        string empty = files.Write("empty.ffm", "\n");
        Assert.Equal("", Ctr.Succeed("score", "--model", files.Model, "--data", empty, "--format", "libffm").Output);
    }

    [Fact]
    public void An_interrupted_run_says_so_and_leaves_the_old_file()
    {
        string output = files.Write("kept.txt", "old");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        string[] args = ["score", "--model", files.Model, "--data", files.Data, "--format", "libffm", "--output", output];
        var result = Ctr.Run([], args, cancelled.Token);
        Assert.Equal(ExitCode.Interrupted, result.Code);
        Assert.Equal("ctr: interrupted\n", result.Error);
        Assert.Equal("old", File.ReadAllText(output));
    }

    private Ctr.Result Score(params string[] more) =>
        Ctr.Succeed(["score", "--model", files.Model, "--data", files.Data, "--format", "libffm", .. more]);

    private float[] Library(bool logits, KernelLevel level = KernelLevel.Best)
    {
        var offsets = new List<ulong> { 0 };
        var fields = new List<uint>();
        var keys = new List<ulong>();
        var values = new List<float>();
        foreach (string line in File.ReadLines(files.Data))
        {
            foreach (string token in line.Split(' ').Skip(1))
            {
                string[] parts = token.Split(':');
                fields.Add(uint.Parse(parts[0], CultureInfo.InvariantCulture));
                keys.Add(ulong.Parse(parts[1], CultureInfo.InvariantCulture));
                values.Add(float.Parse(parts[2], CultureInfo.InvariantCulture));
            }

            offsets.Add((ulong)keys.Count);
        }

        using var model = CtrModel.Open(files.Model, new CtrOpenOptions { Level = level });
        var scores = new float[offsets.Count - 1];
        model.Score([.. offsets], [.. fields], [.. keys], [.. values], scores, logits);
        return scores;
    }
}
