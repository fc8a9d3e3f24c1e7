using System.Runtime.CompilerServices;
using System.Text;

namespace CtrRuntime.Native;

/// <summary>The detail of the last failed call of each thread, and the one way from an exception to a status.</summary>
internal static unsafe class LastError
{
    [ThreadStatic]
    private static string? t_detail;

    /// <summary>Remembers an exception and answers its status.</summary>
    public static CtrStatus Set(Exception exception)
    {
        try
        {
            return exception switch
            {
                CtrException e => Set(e.Status, e.Message),
                OutOfMemoryException => Set(CtrStatus.OutOfMemory, "out of memory"),
                _ => Set(CtrStatus.Internal, $"{exception.GetType().FullName}: {exception.Message}"),
            };
        }
        catch (OutOfMemoryException)
        {
            // Not even the detail could be had; the one before it may stay.
            return CtrStatus.OutOfMemory;
        }
    }

    /// <summary>Remembers a detail and answers its status.</summary>
    public static CtrStatus Set(CtrStatus status, string detail)
    {
        t_detail = detail;
        return status;
    }

    /// <summary><c>ctr_last_error</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Copy(byte* buffer, nuint size, nuint* needed)
    {
        try
        {
            // It must not replace the detail that the caller is about to ask for again with a larger buffer.
            if (buffer == null && size != 0) return CtrStatus.InvalidArgument;
            string detail = t_detail ?? "";
            nuint whole = (nuint)Encoding.UTF8.GetByteCount(detail) + 1;
            if (needed != null) *needed = whole;
            if (size == 0) return CtrStatus.BufferTooSmall;
            var target = new Span<byte>(buffer, (int)Math.Min(size, whole));
            // Writes whole characters only, and stops when the next one does not fit.
            _ = System.Text.Unicode.Utf8.FromUtf16(detail, target[..^1], out _, out int written);
            target[written] = 0;
            return size < whole ? CtrStatus.BufferTooSmall : CtrStatus.Ok;
        }
        catch (Exception)
        {
            return CtrStatus.Internal;
        }
    }
}
