using System.Runtime.InteropServices;

namespace CtrRuntime.Tests.Kernels;

/// <summary>
/// Memory between two pages that may not be touched: any read or write outside it ends the process. Where the size is no
/// multiple of the page, one edge touches its page and the other has slack: make one buffer for each edge.
/// </summary>
internal sealed unsafe partial class GuardedBuffer : IDisposable
{
    private const int ProtNone = 0, ProtReadWrite = 3, MapPrivateAnonymous = 0x22;

    private readonly byte* _map;
    private readonly nuint _mapped;

    /// <summary>
    /// Maps zeroed memory of <paramref name="size"/> bytes, flush with the page after it or (<paramref name="atStart"/>) before it.
    /// </summary>
    public GuardedBuffer(nuint size, bool atStart)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        nuint inner = (size + page - 1) / page * page;
        _mapped = inner + (2 * page);
        nint map = Map(0, _mapped, ProtNone, MapPrivateAnonymous, -1, 0);
        if (map == -1) throw new InvalidOperationException($"mmap: error {Marshal.GetLastPInvokeError()}");
        _map = (byte*)map;
        if (inner > 0 && Protect((nint)(_map + page), inner, ProtReadWrite) != 0)
            throw new InvalidOperationException($"mprotect: error {Marshal.GetLastPInvokeError()}");
        Pointer = atStart ? _map + page : _map + page + inner - size;
    }

    /// <summary>The first byte.</summary>
    public byte* Pointer { get; }

    public void Dispose() => _ = Unmap((nint)_map, _mapped);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int Unmap(nint address, nuint length);
}
