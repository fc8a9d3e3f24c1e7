using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace CtrRuntime.Model;

/// <summary>Writes the little-endian, unaligned content of small sections.</summary>
internal sealed class SectionWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public void U8(byte value) => _bytes.Write([value]);

    public void U32(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    public void U64(ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        _bytes.Write(bytes);
    }

    public void F32(float value) => U32(BitConverter.SingleToUInt32Bits(value));

    public void F64(double value) => U64(BitConverter.DoubleToUInt64Bits(value));

    /// <summary>A length in bytes (u32), then UTF-8.</summary>
    public void Text(string value)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(value);
        U32((uint)bytes.Length);
        _bytes.Write(bytes);
    }

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();
}

/// <summary>Reads what <see cref="SectionWriter"/> wrote; every read past the end is a refusal of the file with the section's status.</summary>
internal ref struct SectionReader(ReadOnlySpan<byte> bytes, CtrStatus status, string section)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private ReadOnlySpan<byte> _rest = bytes;

    public byte U8() => Take(1)[0];

    public uint U32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong U64() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public float F32() => BitConverter.UInt32BitsToSingle(U32());

    public double F64() => BitConverter.UInt64BitsToDouble(U64());

    public string Text()
    {
        ReadOnlySpan<byte> utf8 = Take(U32());
        try
        {
            return StrictUtf8.GetString(utf8);
        }
        catch (DecoderFallbackException)
        {
            throw Bad("a text is not UTF-8");
        }
    }

    /// <summary>A count of items of at least <paramref name="itemSize"/> bytes each: refused when the section cannot hold them.</summary>
    public int Count(int itemSize)
    {
        uint count = U32();
        if (count > (uint)(_rest.Length / itemSize)) throw Bad($"a count of {count} does not fit the section");
        return (int)count;
    }

    /// <summary>Refuses bytes that nothing has read.</summary>
    public readonly void End()
    {
        if (_rest.Length > 0) throw Bad($"{_rest.Length} bytes too many");
    }

    /// <summary>The refusal of this section.</summary>
    public readonly CtrException Bad(string detail) => new(status, $"{section} section: {detail}");

    private ReadOnlySpan<byte> Take(uint count)
    {
        if (count > (uint)_rest.Length) throw Bad("it ends too early");
        ReadOnlySpan<byte> taken = _rest[..(int)count];
        _rest = _rest[(int)count..];
        return taken;
    }
}
