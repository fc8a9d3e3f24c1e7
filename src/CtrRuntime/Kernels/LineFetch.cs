using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels;

/// <summary>
/// Asks for cache lines before they are read. Kernels ask for the next row's while they compute a row, a few at a time: a processor follows
/// only so many misses at once, and many together would make it wait. Only on x86-64: .NET has no prefetch instruction for arm64 (but those of
/// SVE), and a load instead would fault beyond the last slot.
/// </summary>
internal static unsafe class LineFetch
{
    /// <summary>Bytes of a cache line.</summary>
    public const int Line = 64;

    /// <summary>More lines of a slot than this are left to the processor's own prefetcher, which follows once the kernel walks them.</summary>
    private const int MostLines = 32;

    /// <summary>Asks for one line; any address will do.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ask(void* address)
    {
        if (Sse.IsSupported) Sse.Prefetch0(address);
    }

    /// <summary>Asks for slots of so many bytes.</summary>
    public static void AskForSlots(byte** slots, byte** end, nuint bytes)
    {
        if (!Sse.IsSupported) return;
        bytes = Math.Min(bytes, MostLines * Line);
        for (; slots < end; slots++) AskForSlot(*slots, bytes);
    }

    /// <summary>Asks for the first <paramref name="bytes"/> of a slot. Five lines at a time: few instructions beside those that ask matter in inner loops.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AskForSlot(byte* row, nuint bytes)
    {
        if (!Sse.IsSupported) return;
        byte* end = row + bytes;
        for (; end - row >= 5 * Line; row += 5 * Line)
        {
            Ask(row);
            Ask(row + Line);
            Ask(row + (2 * Line));
            Ask(row + (3 * Line));
            Ask(row + (4 * Line));
        }

        for (; row < end; row += Line) Ask(row);
    }
}
