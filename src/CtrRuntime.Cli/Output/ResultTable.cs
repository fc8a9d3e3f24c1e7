using Spectre.Console;

namespace CtrRuntime.Cli.Output;

/// <summary>A table of results on standard output: plain aligned text, numbers to the right, the same whether a terminal reads it or a program.</summary>
internal static class ResultTable
{
    /// <summary>Writes a table. Columns whose header starts with '&gt;' are aligned to the right.</summary>
    public static void Write(TextWriter output, IReadOnlyList<string> headers, IEnumerable<IReadOnlyList<string>> rows)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (string header in headers)
        {
            bool right = header.StartsWith('>');
            var column = new TableColumn(Markup.Escape(right ? header[1..] : header)) { NoWrap = true, Padding = new Padding(0, 0, 2, 0) };
            table.AddColumn(right ? column.RightAligned() : column);
        }

        foreach (var row in rows) table.AddRow([.. row.Select(Markup.Escape)]);
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No,
            ColorSystem = ColorSystemSupport.NoColors,
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = 1000;
        console.Write(table);
        foreach (string line in text.ToString().TrimEnd('\n').Split('\n')) output.WriteLine(line.TrimEnd());
    }

    /// <summary>Writes names and values, one pair a line.</summary>
    public static void WritePairs(TextWriter output, IEnumerable<(string Name, string Value)> pairs)
    {
        var lines = pairs.ToList();
        int width = lines.Max(line => line.Name.Length);
        foreach (var (name, value) in lines) output.WriteLine($"{name.PadRight(width)}  {value}");
    }
}
