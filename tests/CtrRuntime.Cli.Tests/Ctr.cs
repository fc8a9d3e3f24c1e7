using System.Text;

namespace CtrRuntime.Cli.Tests;

/// <summary>Runs <c>ctr</c> in this process with streams of its own.</summary>
internal static class Ctr
{
    /// <summary>What a run answered.</summary>
    internal sealed record Result(int Code, string Output, string Error)
    {
        public string[] Lines { get; } = Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public string[] ErrorLines { get; } = Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static Result Run(params string[] args) => Run([], args, CancellationToken.None);

    public static Result Run(byte[] input, string[] args, CancellationToken cancellation)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        using var streams = new CommandStreams(new MemoryStream(input), output, error, isTerminal: false);
        int code = CommandLine.Run(args, streams, cancellation);
        return new(code, Encoding.UTF8.GetString(output.ToArray()), error.ToString());
    }

    /// <summary>Runs and expects success.</summary>
    public static Result Succeed(params string[] args)
    {
        var result = Run(args);
        Assert.True(result.Code == ExitCode.Ok, $"ctr {string.Join(' ', args)}: exit {result.Code}: {result.Error}");
        return result;
    }

    /// <summary>Runs, expects that exit code, nothing on standard output and exactly one line that starts with <c>ctr: </c> on standard error.</summary>
    public static string Fail(int code, params string[] args)
    {
        var result = Run(args);
        Assert.Equal("", result.Output);
        string line = Assert.Single(result.ErrorLines);
        Assert.StartsWith("ctr: ", line);
        Assert.True(result.Code == code, $"exit {result.Code}: {line}");
        return line;
    }
}
