using System.Runtime.InteropServices;

namespace CtrRuntime.Model;

/// <summary>
/// The few calls of the C library that mapping a file takes. Direct calls open two gigabytes in a tenth of a millisecond without
/// managed memory, which MemoryMappedFile does not.
/// </summary>
internal static unsafe partial class Libc
{
    public const int ReadOnly = 0;
    public const int CloseOnExec = 0x80000;
    public const int SeekEnd = 2;
    public const int ProtRead = 1;
    public const int ProtWrite = 2;
    public const int MapShared = 1;
    public const int MapPrivate = 2;
    public const int MapAnonymous = 0x20;
    public const int MapPopulate = 0x8000;
    public const int RemapMayMove = 1;
    public const int AdviseHugePages = 14;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public static readonly void* MapFailed = (void*)-1;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int file);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int file, long offset, int whence);

    [LibraryImport("libc", EntryPoint = "pread", SetLastError = true)]
    public static partial nint Read(int file, void* buffer, nuint count, long offset);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Sync(int file);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial void* Map(void* address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "mremap", SetLastError = true)]
    public static partial void* Remap(void* address, nuint oldLength, nuint length, int flags);

    [LibraryImport("libc", EntryPoint = "madvise")]
    public static partial int Advise(void* address, nuint length, int advice);

    // Answers the error, and sets none.
    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    public static partial int Allocate(int file, long offset, long length);

    // Its answer is laid out alike on every processor, unlike that of stat.
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int directory, string path, int flags, uint mask, byte* status);

    [LibraryImport("libc", EntryPoint = "munmap")]
    public static partial int Unmap(void* address, nuint length);

    /// <summary>The kind of the file behind a path, through symbolic links; null if there is none.</summary>
    /// <exception cref="IOException">The path cannot be looked at.</exception>
    public static FileKind? KindOf(string path)
    {
        const int WorkingDirectory = -100, TypeMask = 1, ModeOffset = 28;
        byte* status = stackalloc byte[256];
        if (Statx(WorkingDirectory, path, 0, TypeMask, status) == 0) return (FileKind)(*(ushort*)(status + ModeOffset) & (int)FileKind.Mask);
        return Marshal.GetLastPInvokeError() == NoEntry ? null : throw new IOException(LastError());
    }

    /// <summary>The text of the last error of a call here.</summary>
    public static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
}
