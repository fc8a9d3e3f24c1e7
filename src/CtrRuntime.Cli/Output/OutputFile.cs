using CtrRuntime.Model;
using CtrRuntime.Trainer.Output;

namespace CtrRuntime.Cli.Output;

/// <summary>Where results go that a command was told to put into a file.</summary>
internal static class OutputFile
{
    /// <summary>Where names lead to what a program has open, files too; all but <see cref="Memory"/>.</summary>
    private const string Devices = "/dev/";

    /// <summary>A folder of files as any other.</summary>
    private const string Memory = "/dev/shm/";

    /// <summary>
    /// Lets <paramref name="write"/> fill the file at <paramref name="path"/>, which appears whole or not at all. Devices and pipes, and
    /// what /dev/stdout leads to, are written as they are: a rename would replace them.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        string full = Path.GetFullPath(path);
        bool isDevice = full.StartsWith(Devices, StringComparison.Ordinal) && !full.StartsWith(Memory, StringComparison.Ordinal);
        if (!isDevice && Libc.KindOf(path) is (null or FileKind.File))
        {
            AtomicFile.Write(path, write);
            return;
        }

        using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
        write(device);
    }
}
