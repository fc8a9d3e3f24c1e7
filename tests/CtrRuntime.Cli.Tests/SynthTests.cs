using System.Text.Json;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Cli.Tests;

public sealed class SynthTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void Writes_three_files_the_truth_and_the_optimum()
    {
        var json = JsonDocument.Parse(Synth("1", "--json").Output).RootElement;
        var files = json.GetProperty("files").EnumerateArray().ToList();
        Assert.Equal(["train", "validation", "test"], files.Select(file => file.GetProperty("part").GetString()));
        Assert.Equal([2000, 500, 400], files.Select(file => File.ReadLines(file.GetProperty("path").GetString()!).Count()));
        Assert.All(files, file => Assert.InRange(file.GetProperty("logloss").GetDouble(), .25, .45));
        Assert.Equal(3, JsonDocument.Parse(File.ReadAllText(_directory.File("pairs.json"))).RootElement.GetProperty("core_fields").GetArrayLength());
    }

    [Fact]
    public void Prints_a_table()
    {
        string[] lines = Synth("1").Lines;
        Assert.Equal(5, lines.Length);
        Assert.Matches(@"^file +rows +base_rate +logloss +auc$", lines[1]);
        Assert.Matches(@"test.ffm +400 +0\.\d{6} +0\.\d{6} +0\.\d{6}$", lines[4]);
    }

    [Fact]
    public void A_seed_decides_every_byte()
    {
        Synth("1");
        string first = File.ReadAllText(_directory.File("test.ffm"));
        Synth("2");
        string second = File.ReadAllText(_directory.File("test.ffm"));
        Synth("1");
        Assert.NotEqual(first, second);
        Assert.Equal(first, File.ReadAllText(_directory.File("test.ffm")));
    }

    [Fact]
    public void Impossible_numbers_are_a_usage_error() => Assert.Equal(
        "ctr: there are not that many field pairs outside the core",
        Ctr.Fail(ExitCode.Usage, "synth", "--train-out", _directory.File("x"), "--fields", "9"));

    [Fact]
    public void Shared_memory_is_a_folder_of_files()
    {
        string path = $"/dev/shm/ctr-test-{Environment.ProcessId}.ffm";
        try
        {
            Ctr.Succeed("synth", "--train-out", path, "--rows", "5");
            Assert.Equal(5, File.ReadLines(path).Count());
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_an_error() => Assert.StartsWith(
        $"ctr: {_directory.File("none/x")}: ",
        Ctr.Fail(ExitCode.Error, "synth", "--train-out", _directory.File("none/x"), "--rows", "1"));

    public void Dispose() => _directory.Dispose();

    private Ctr.Result Synth(string seed, params string[] more) => Ctr.Succeed(
    [
        "synth", "--train-out", _directory.File("train.ffm"), "--validation-out", _directory.File("validation.ffm"),
        "--test-out", _directory.File("test.ffm"), "--pairs-out", _directory.File("pairs.json"),
        "--rows", "2000", "--validation-rows", "500", "--test-rows", "400",
        "--fields", "8", "--max-values", "100", "--core-fields", "3", "--other-pairs", "5", "--seed", seed, .. more,
    ]);
}
