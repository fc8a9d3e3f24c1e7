using System.Diagnostics;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Cli.Tests;

/// <summary>The built program as a shell runs it.</summary>
public sealed class ProcessTests
{
    [Fact]
    public void Results_and_messages_go_to_different_streams()
    {
        using var directory = new TemporaryDirectory();
        string model = directory.File("model.ctr");
        TestModels.Write(model, new("lr"));
        var (code, output, error) = CtrProcess.Run("0 0:2:1\n1 1:4:1\n", "score", "--model", model, "--data", "-", "--format", "libffm");
        Assert.Equal(0, code);
        Assert.Equal(2, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("2 rows", error);
    }

    [Theory]
    [InlineData(1, "verify", "/nonexistent/model.ctr")]
    [InlineData(2, "score")]
    public void The_exit_code_reaches_the_shell(int expected, params string[] args)
    {
        var (code, output, error) = CtrProcess.Run("", args);
        Assert.Equal(expected, code);
        Assert.Equal("", output);
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Control_C_ends_with_130_and_leaves_no_file()
    {
        using var directory = new TemporaryDirectory();
        using var process = CtrProcess.Start("synth", "--train-out", directory.File("train.ffm"), "--rows", "1000000000");
        // The temporary file appears once the run is under way.
        Assert.True(SpinWait.SpinUntil(() => Directory.GetFiles(directory.Path).Length > 0 || process.HasExited, TimeSpan.FromMinutes(1)));
        using (var kill = Process.Start("kill", ["-INT", process.Id.ToString()])!) kill.WaitForExit();
        string error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.Equal("ctr: interrupted\n", error);
        Assert.Equal(ExitCode.Interrupted, process.ExitCode);
        Assert.Empty(Directory.GetFiles(directory.Path));
    }
}
