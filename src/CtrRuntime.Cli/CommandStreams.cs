using System.Text;

namespace CtrRuntime.Cli;

/// <summary>Where a command reads and writes: results on standard output, messages and progress on standard error.</summary>
internal sealed class CommandStreams : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly TextWriter _output;

    /// <summary>Takes the streams; tests pass their own.</summary>
    public CommandStreams(Stream input, Stream output, TextWriter error, bool isTerminal)
    {
        Input = input;
        Output = output;
        Error = error;
        IsTerminal = isTerminal;
        _output = new StreamWriter(output, Utf8, leaveOpen: true) { NewLine = "\n" };
    }

    /// <summary>Standard input, read where a command is given <c>-</c> for data.</summary>
    public Stream Input { get; }

    /// <summary>Standard output as bytes.</summary>
    public Stream Output { get; }

    /// <summary>Standard output as text; flushed when the command ends.</summary>
    public TextWriter Results => _output;

    /// <summary>Standard error.</summary>
    public TextWriter Error { get; }

    /// <summary>Whether standard error is a terminal, so that progress may redraw.</summary>
    public bool IsTerminal { get; }

    /// <summary>The streams of this process.</summary>
    public static CommandStreams OfProcess() => new(
        Console.OpenStandardInput(),
        Console.OpenStandardOutput(),
        new StreamWriter(Console.OpenStandardError(), Utf8) { AutoFlush = true, NewLine = "\n" },
        !Console.IsErrorRedirected);

    /// <summary>Writes out what is buffered.</summary>
    public void Flush()
    {
        _output.Flush();
        Output.Flush();
        Error.Flush();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _output.Dispose();
        Input.Dispose();
        Output.Dispose();
        Error.Dispose();
    }
}
