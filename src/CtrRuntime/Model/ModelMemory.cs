using System.Runtime.InteropServices;

namespace CtrRuntime.Model;

/// <summary>How a model file comes into memory.</summary>
public enum OpenMode
{
    /// <summary>Mapped read-only: opening is instant, pages are read when first touched and shared between processes.</summary>
    Map = 0,

    /// <summary>Read into private memory: immune to what happens to the file later.</summary>
    Read = 1,

    /// <summary>Mapped, with every page read before the call returns.</summary>
    Prefault = 2,
}

/// <summary>The bytes of a model: a mapped file, or private memory. Aligned to 64 bytes at least.</summary>
internal sealed unsafe class ModelMemory : IDisposable
{
    private const nuint Alignment = 64;
    private readonly bool _mapped;
    private byte* _bytes;

    private ModelMemory(byte* bytes, nuint length, bool mapped)
    {
        _bytes = bytes;
        _mapped = mapped;
        Length = length;
    }

    /// <summary>The first byte; null once disposed.</summary>
    public byte* Bytes => _bytes;

    /// <summary>Number of bytes.</summary>
    public nuint Length { get; }

    /// <summary>Brings a file into memory.</summary>
    public static ModelMemory Open(string path, OpenMode mode)
    {
        int file = Libc.Open(path, Libc.ReadOnly | Libc.CloseOnExec);
        if (file < 0) throw new CtrException(CtrStatus.Io, $"{path}: {Libc.LastError()}");
        try
        {
            long length = Libc.Seek(file, 0, Libc.SeekEnd);
            byte first;
            // Reading a byte refuses directories, whose length means nothing.
            if (length < 0 || Libc.Read(file, &first, 1, 0) < 0) throw new CtrException(CtrStatus.Io, $"{path}: {Libc.LastError()}");
            // An empty file cannot be mapped; it is refused by the magic like every other foreign file.
            if (length == 0) return CopyOf([]);
            return mode == OpenMode.Read ? ReadAll(path, file, length) : MapAll(path, file, length, mode);
        }
        finally
        {
            _ = Libc.Close(file);
        }
    }

    /// <summary>A private, aligned copy of <paramref name="source"/>.</summary>
    public static ModelMemory CopyOf(ReadOnlySpan<byte> source)
    {
        byte* copy = Allocate((nuint)source.Length);
        source.CopyTo(new Span<byte>(copy, source.Length));
        return new ModelMemory(copy, (nuint)source.Length, mapped: false);
    }

    /// <summary>A private, aligned copy of <paramref name="length"/> bytes, which may be more than a span holds.</summary>
    public static ModelMemory CopyOf(byte* source, nuint length)
    {
        byte* copy = Allocate(length);
        NativeMemory.Copy(source, copy, length);
        return new ModelMemory(copy, length, mapped: false);
    }

    /// <summary>Zeros that take no memory: pages that nobody writes to are one page of the system's.</summary>
    public static ModelMemory Zeros(nuint length)
    {
        void* address = Libc.Map(null, length, Libc.ProtRead, Libc.MapPrivate | Libc.MapAnonymous, -1, 0);
        if (address == Libc.MapFailed) throw new InsufficientMemoryException(Libc.LastError());
        return new ModelMemory((byte*)address, length, mapped: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_bytes == null) return;
        if (_mapped) _ = Libc.Unmap(_bytes, Length);
        else NativeMemory.AlignedFree(_bytes);
        _bytes = null;
    }

    private static ModelMemory MapAll(string path, int file, long length, OpenMode mode)
    {
        int flags = Libc.MapPrivate | (mode == OpenMode.Prefault ? Libc.MapPopulate : 0);
        void* address = Libc.Map(null, (nuint)length, Libc.ProtRead, flags, file, 0);
        if (address == Libc.MapFailed) throw new CtrException(CtrStatus.Io, $"{path}: {Libc.LastError()}");
        return new ModelMemory((byte*)address, (nuint)length, mapped: true);
    }

    private static ModelMemory ReadAll(string path, int file, long length)
    {
        byte* copy = Allocate((nuint)length);
        long done = 0;
        while (done < length)
        {
            nint count = Libc.Read(file, copy + done, (nuint)(length - done), done);
            if (count < 0 && Marshal.GetLastPInvokeError() == Libc.Interrupted) continue;
            if (count <= 0)
            {
                string error = count < 0 ? Libc.LastError() : "the file became shorter while it was read";
                NativeMemory.AlignedFree(copy);
                throw new CtrException(CtrStatus.Io, $"{path}: {error}");
            }

            done += count;
        }

        return new ModelMemory(copy, (nuint)length, mapped: false);
    }

    private static byte* Allocate(nuint length) => (byte*)NativeMemory.AlignedAlloc(Math.Max(length, Alignment), Alignment);
}
