using CtrRuntime.Model;
using CtrRuntime.Trainer.Output;

namespace CtrRuntime.Cli.Output;

/// <summary>Where results go that a command was told to put into a file.</summary>
internal static class OutputFile
{
    /// <summary>
    /// Lets <paramref name="write"/> fill the file at <paramref name="path"/>, which appears whole or not at all. Devices and pipes, and
    /// what /dev/stdout leads to, are written as they are: a rename would replace them.
    /// </summary>
    public static void Write(string path, Action<Stream> write)
    {
        bool isFile = Libc.KindOf(path) is null or FileKind.File;
        if (isFile && !Path.GetFullPath(path).StartsWith("/dev/", StringComparison.Ordinal))
        {
            AtomicFile.Write(path, write);
            return;
        }

        using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
        write(device);
    }
}
