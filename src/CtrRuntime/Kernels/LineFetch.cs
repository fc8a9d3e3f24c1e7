using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels;

/// <summary>
/// Asks for cache lines before they are read, many at once: for a slot the processor must first find its page, and it does so only for the slots among the few
/// hundred instructions that it has in hand, so that anything between them, the computation above all, makes them wait for one another. Only on x86-64: .NET has
/// no prefetch instruction for arm64 (but those of SVE), and a load instead would fault beyond the last slot.
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

    /// <summary>Asks for slots of so many bytes, in passes over the slots with a fixed number of lines: few instructions beside those that ask.</summary>
    public static void AskForSlots(byte** slots, byte** end, nuint bytes)
    {
        if (!Sse.IsSupported) return;
        int lines = (int)Math.Min((bytes + Line - 1) / Line, MostLines);
        for (nuint at = 0; lines > 0;)
        {
            int taken = AskForPart(slots, end, at, lines);
            lines -= taken;
            at += (nuint)(taken * Line);
        }
    }

    /// <summary>Asks for up to so many lines of each slot, from some byte on; answers how many.</summary>
    private static int AskForPart(byte** slots, byte** end, nuint at, int lines)
    {
        switch (lines)
        {
            case >= 10:
                for (; slots < end; slots++)
                {
                    AskForFive(*slots + at);
                    AskForFive(*slots + at + (5 * Line));
                }

                return 10;
            case >= 5:
                for (; slots < end; slots++) AskForFive(*slots + at);
                return 5;
            case >= 3:
                for (; slots < end; slots++)
                {
                    byte* row = *slots + at;
                    Ask(row);
                    Ask(row + Line);
                    Ask(row + (2 * Line));
                }

                return 3;
            default:
                for (; slots < end; slots++) Ask(*slots + at);
                return 1;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AskForFive(byte* row)
    {
        Ask(row);
        Ask(row + Line);
        Ask(row + (2 * Line));
        Ask(row + (3 * Line));
        Ask(row + (4 * Line));
    }
}
