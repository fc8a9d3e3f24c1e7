namespace CtrRuntime.Input;

/// <summary>The text formats that examples are read from.</summary>
internal enum InputFormat
{
    /// <summary><c>label field:feature:value …</c> (<see cref="LibffmReader"/>).</summary>
    Libffm,

    /// <summary><c>label feature:value …</c> (<see cref="LibsvmReader"/>).</summary>
    Libsvm,

    /// <summary>Comma-separated values with a header (<see cref="CsvExampleReader"/>).</summary>
    Csv,

    /// <summary>The same with tabs.</summary>
    Tsv,
}

/// <summary>The formats' names and delimiters.</summary>
internal static class InputFormats
{
    /// <summary>The names, for help texts.</summary>
    public const string Names = "libffm, libsvm, csv, tsv";

    /// <summary>The name on the command line.</summary>
    public static string Name(InputFormat format) => format switch
    {
        InputFormat.Libffm => "libffm",
        InputFormat.Libsvm => "libsvm",
        InputFormat.Csv => "csv",
        InputFormat.Tsv => "tsv",
        _ => throw new ArgumentOutOfRangeException(nameof(format)),
    };

    /// <summary>The format of a name; null when it is none.</summary>
    public static InputFormat? Parse(string name) => name switch
    {
        "libffm" => InputFormat.Libffm,
        "libsvm" => InputFormat.Libsvm,
        "csv" => InputFormat.Csv,
        "tsv" => InputFormat.Tsv,
        _ => null,
    };

    /// <summary>The byte between columns, or null for a format without columns (whose keys are ids).</summary>
    public static byte? Delimiter(InputFormat format) => format switch
    {
        InputFormat.Csv => (byte)',',
        InputFormat.Tsv => (byte)'\t',
        _ => null,
    };
}
