using System.Buffers.Binary;
using System.Text;

namespace CtrRuntime.Model;

/// <summary>
/// The section of feature names: a count n (u64), n + 1 ascending offsets (u64), then the names' UTF-8 one after the other; name s belongs to slot s.
/// </summary>
internal static class FeatureNames
{
    /// <summary>The section; empty, so that there is none, when there are no names.</summary>
    public static byte[] Write(IReadOnlyList<string> names)
    {
        if (names.Count == 0) return [];
        using var stream = new MemoryStream();
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, (ulong)names.Count);
        stream.Write(number);
        ulong offset = 0;
        stream.Write(new byte[8]);
        foreach (string name in names)
        {
            offset += (ulong)Encoding.UTF8.GetByteCount(name);
            BinaryPrimitives.WriteUInt64LittleEndian(number, offset);
            stream.Write(number);
        }

        foreach (string name in names) stream.Write(Encoding.UTF8.GetBytes(name));
        return stream.ToArray();
    }

    /// <summary>The name of <paramref name="slot"/>, or null when the section is absent or damaged there.</summary>
    public static string? Read(ReadOnlySpan<byte> section, uint slot)
    {
        if (section.Length < 16) return null;
        ulong count = BinaryPrimitives.ReadUInt64LittleEndian(section);
        if (slot >= count || count > ((ulong)section.Length - 16) / 8) return null;
        int names = 16 + ((int)count * 8);
        ulong start = BinaryPrimitives.ReadUInt64LittleEndian(section[(8 + ((int)slot * 8))..]);
        ulong end = BinaryPrimitives.ReadUInt64LittleEndian(section[(16 + ((int)slot * 8))..]);
        if (start > end || end > (ulong)(section.Length - names)) return null;
        return Encoding.UTF8.GetString(section[(names + (int)start)..(names + (int)end)]);
    }
}
