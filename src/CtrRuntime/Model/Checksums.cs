using System.IO.Hashing;

namespace CtrRuntime.Model;

/// <summary>XXH3-64 with seed 0 of memory that may be longer than a span.</summary>
internal static unsafe class Checksums
{
    private const int Chunk = 1 << 26;

    public static ulong Of(byte* bytes, nuint length)
    {
        if (length <= Chunk) return XxHash3.HashToUInt64(new ReadOnlySpan<byte>(bytes, (int)length));
        var hash = new XxHash3();
        for (nuint done = 0; done < length; done += Chunk)
            hash.Append(new ReadOnlySpan<byte>(bytes + done, (int)Math.Min(Chunk, length - done)));
        return hash.GetCurrentHashAsUInt64();
    }
}
