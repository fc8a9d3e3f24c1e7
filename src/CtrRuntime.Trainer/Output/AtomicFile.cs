using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Output;

/// <summary>Writes a file so that others see the old one or the whole new one, also after a crash.</summary>
internal static class AtomicFile
{
    /// <summary>
    /// Lets <paramref name="write"/> fill a file beside <paramref name="path"/>, flushes it to disk and renames it. Where the path is a
    /// symbolic link, that stays, and the file it leads to is replaced. <paramref name="inspect"/>, where given, sees the path of the finished
    /// file before the rename; what it throws comes out here, and the target is as it was.
    /// </summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Io"/>: the file cannot be written; the target is as it was.</exception>
    public static void Write(string path, Action<Stream> write, Action<string>? inspect = null)
    {
        string full = Target(path);
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

                inspect?.Invoke(temporary);
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

    /// <summary>
    /// The file that writing to <paramref name="path"/> would replace, whether it is there already or not. For who wants to know early: what
    /// is there and is no file (a device, a directory) is not to be replaced by one.
    /// </summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Io"/>: the path is not a file's.</exception>
    public static string Target(string path)
    {
        try
        {
            FileKind? kind = Libc.KindOf(path);
            if (kind is not (null or FileKind.File)) throw new CtrException(CtrStatus.Io, $"{path}: is no file ({kind}), and would be replaced by one");
            string full = Path.GetFullPath(path);
            var file = new FileInfo(full);
            return file.LinkTarget is null ? full : file.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
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
