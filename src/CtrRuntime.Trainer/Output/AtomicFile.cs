using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Output;

/// <summary>Writes a file so that others see the old one or the whole new one, also after a crash.</summary>
internal static class AtomicFile
{
    /// <summary>Lets <paramref name="write"/> fill a file beside <paramref name="path"/>, flushes it to disk and renames it.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Io"/>: the file cannot be written; the target is as it was.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        string directory = Path.GetDirectoryName(full) ?? throw new CtrException(CtrStatus.Io, $"{path}: not a file name");
        string temporary = Path.Combine(directory, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}");
        try
        {
            try
            {
                using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None))
                {
                    write(stream);
                    stream.Flush(flushToDisk: true);
                }

                File.Move(temporary, full, overwrite: true);
            }
            catch
            {
                File.Delete(temporary);
                throw;
            }

            SyncDirectory(directory);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CtrException(CtrStatus.Io, $"{path}: {e.Message}", e);
        }
    }

    /// <summary>Makes the rename itself durable.</summary>
    private static void SyncDirectory(string directory)
    {
        int file = Libc.Open(directory, Libc.ReadOnly | Libc.CloseOnExec);
        if (file < 0) throw new IOException($"{directory}: {Libc.LastError()}");
        int result = Libc.Sync(file);
        string error = Libc.LastError();
        _ = Libc.Close(file);
        if (result != 0) throw new IOException($"{directory}: {error}");
    }
}
