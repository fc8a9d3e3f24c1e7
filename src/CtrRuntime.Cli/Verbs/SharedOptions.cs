using System.CommandLine;
using CtrRuntime.Input;
using CtrRuntime.Kernels;

namespace CtrRuntime.Cli.Verbs;

/// <summary>Options that several verbs have, spelled and described once.</summary>
internal static class SharedOptions
{
    /// <summary>Names of the formats.</summary>
    public static IReadOnlyList<string> Formats { get; } = InputFormats.Names.Split(", ");

    /// <summary><c>--model</c>, to be read.</summary>
    public static Option<string> Model() => OptionFactory.Text("--model", "M.ctr", "The model file.", required: true);

    /// <summary><c>--data</c>.</summary>
    public static Option<string> Data(string what, bool required = true) =>
        OptionFactory.Text("--data", "FILE", $"{what}; plain or gzip, - for standard input.", required);

    /// <summary><c>--format</c>.</summary>
    public static Option<string> Format(bool required = true) => OptionFactory.Word("--format", "How the data are written.", Formats, required: required);

    /// <summary><c>--threads</c>.</summary>
    public static Option<int?> Threads() => OptionFactory.Integer("--threads", "Threads (all processors). Results do not depend on it.", 1, 1024);

    /// <summary><c>--level</c>.</summary>
    public static Option<string> Level() =>
        OptionFactory.Word("--level", "Instruction set of the kernels; equal levels give equal bits everywhere.", ["best", "v2", "v3", "v4", "arm64"], "best");

    /// <summary><c>--json</c> as a switch.</summary>
    public static Option<bool> Json() => OptionFactory.Flag("--json", "Print the results as JSON.");

    /// <summary>The positional model file of <c>inspect</c> and <c>verify</c>.</summary>
    public static Argument<string> ModelArgument() => new("M.ctr") { Description = "The model file." };

    /// <summary>The format behind the name that <see cref="Format"/> accepted.</summary>
    public static InputFormat FormatOf(string? name) =>
        InputFormats.Parse(name ?? "") ?? throw new CtrException(CtrStatus.InvalidArgument, $"--format: '{name}' is not one of {InputFormats.Names}");

    /// <summary>How to open a model with the level behind the name that <see cref="Level"/> accepted.</summary>
    public static CtrOpenOptions OpenWith(string? level) => new() { Level = KernelLevels.Parse(level ?? "best") ?? KernelLevel.Best };
}
