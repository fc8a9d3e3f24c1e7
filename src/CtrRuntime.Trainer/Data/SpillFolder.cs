using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Data;

/// <summary>A folder that lists of rows move to when they become long, so that only the page cache holds them.</summary>
/// <param name="folder">The folder.</param>
/// <param name="threshold">The most bytes that a list keeps in memory.</param>
internal sealed class SpillFolder(string folder, nuint threshold = SpillFolder.Threshold)
{
    /// <summary>A list of up to so many bytes is faster in memory, and fits.</summary>
    public const nuint Threshold = 1 << 28;

    /// <summary>Whether a list of so many bytes belongs here.</summary>
    public bool Takes(nuint bytes) => bytes > threshold;

    /// <summary>A new file without a name: its space is free again once it is closed, however the process ends.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Io"/>: the folder cannot be written to.</exception>
    public FileStream Create()
    {
        string path = Path.Combine(folder, $".{Path.GetRandomFileName()}.rows");
        try
        {
            var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            File.Delete(path);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CtrException(CtrStatus.Io, $"{folder}: {e.Message}", e);
        }
    }

    /// <summary>Makes a file so long, and takes the disk space for it: a write to memory that finds the disk full would end the process.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Io"/>: the disk is full.</exception>
    public void Extend(FileStream file, nuint bytes)
    {
        int error;
        do
        {
            error = Libc.Allocate((int)file.SafeFileHandle.DangerousGetHandle(), 0, checked((long)bytes));
        }
        while (error == Libc.Interrupted);
        if (error != 0) throw new CtrException(CtrStatus.Io, $"{folder}: no space for {bytes} bytes of rows: {System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error)}");
    }
}
