using CtrRuntime.Input;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// A file of examples that can be read several times: CSV is read once for its header and the numbers of its columns and once for its
/// rows. Standard input is therefore kept in a temporary file, which is gone when the source is.
/// </summary>
internal sealed class DataSource : IDisposable
{
    private readonly FileStream? _spool;

    /// <summary>Copies standard input, if that is what <paramref name="path"/> means and it has to be read twice.</summary>
    public DataSource(string path, InputFormat format)
    {
        Path = path;
        Format = format;
        if (path != InputBuffer.StandardInput || InputFormats.Delimiter(format) is null) return;
        _spool = new(
            System.IO.Path.GetTempFileName(), FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.DeleteOnClose);
        using Stream input = Console.OpenStandardInput();
        input.CopyTo(_spool);
        _spool.Flush();
    }

    /// <summary>The path, or <c>-</c>.</summary>
    public string Path { get; }

    /// <summary>What errors call it.</summary>
    public string Name => Path == InputBuffer.StandardInput ? "<stdin>" : Path;

    /// <summary>How examples are written.</summary>
    public InputFormat Format { get; }

    /// <summary>A reader of the examples, from the start.</summary>
    public ExampleReader OpenExamples(Schema? schema) =>
        ExampleReaders.Open(Path, Format, schema, ExampleMode.Training, StandardInput());

    /// <summary>A reader of the columns, from the start; for formats with columns.</summary>
    public CsvReader OpenColumns() => new(InputBuffer.Open(Path, StandardInput()), InputFormats.Delimiter(Format)!.Value);

    /// <inheritdoc/>
    public void Dispose() => _spool?.Dispose();

    private Stream? StandardInput()
    {
        if (Path != InputBuffer.StandardInput) return null;
        return _spool is null
            ? Console.OpenStandardInput()
            : new FileStream(_spool.Name, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
    }
}
