namespace CtrRuntime.Cli.Output;

/// <summary>
/// A result file that appears whole or not at all: written beside its place and renamed by <see cref="Commit"/>;
/// without that, closing it removes it.
/// </summary>
internal sealed class AtomicFile : IDisposable
{
    private readonly string path;
    private readonly string temporary;
    private bool done;

    /// <summary>Starts to write the file that will be at <paramref name="path"/>.</summary>
    public AtomicFile(string path)
    {
        this.path = path;
        temporary = $"{path}.tmp{Environment.ProcessId}";
        Stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
    }

    /// <summary>Where the content goes.</summary>
    public FileStream Stream { get; }

    /// <summary>The content is complete: moves the file to its place, over an older one.</summary>
    public void Commit()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(temporary, path, overwrite: true);
        done = true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stream.Dispose();
        if (!done) File.Delete(temporary);
    }
}
