using System.Diagnostics;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Programs of the machine (compilers, binutils, what tests have compiled), run to their end.</summary>
internal static class Tool
{
    /// <summary>Warnings are errors, as in the example and in the README.</summary>
    public static readonly string[] Strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"];

    /// <summary>The header's folder in the source tree.</summary>
    public static string Include { get; } = Path.Combine(Repository.Root, "native/include");

    /// <summary>What a program printed; it must end with 0.</summary>
    public static string Run(string program, params string[] arguments)
    {
        var (code, output, error) = Try(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)} ended with {code}\n{output}\n{error}");
        return output;
    }

    /// <summary>How a program ended, and what it printed.</summary>
    public static (int Code, string Output, string Error) Try(string program, params string[] arguments) => Try(program, arguments, []);

    /// <summary>The same, with environment variables.</summary>
    public static (int Code, string Output, string Error) Try(string program, string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
