using System.Buffers.Binary;
using System.IO.Hashing;

namespace CtrRuntime.Model;

/// <summary>
/// The fixed header of a model file, 128 bytes; FORMAT.md has the byte table. The one place that knows the offsets of its members.
/// </summary>
internal sealed record ModelHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int Size = 128;

    /// <summary>The format this build writes; it reads every minor version of this major one.</summary>
    public const ushort CurrentMajor = 1;

    /// <summary>See <see cref="CurrentMajor"/>.</summary>
    public const ushort CurrentMinor = 0;

    /// <summary>Dense rows: the only data layout there is so far.</summary>
    public const uint DenseLayout = 1;

    /// <summary>Our hash of a pair of keys: see <see cref="Kernels.PairHash"/>.</summary>
    public const uint OwnPairHash = 1;

    private const uint ByteOrderMark = 0x01020304;
    private const int ChecksumAt = 120;
    private const int ReservedAt = 104;

    /// <summary>The first eight bytes: not text, and damaged by a transfer that changes line ends.</summary>
    public static ReadOnlySpan<byte> Magic => [0x89, (byte)'C', (byte)'T', (byte)'R', (byte)'\r', (byte)'\n', 0x1A, (byte)'\n'];

    public ushort Major { get; init; } = CurrentMajor;
    public ushort Minor { get; init; } = CurrentMinor;
    public uint Layout { get; init; } = DenseLayout;
    public uint SectionCount { get; init; }
    public ulong FileLength { get; init; }
    public ulong TableChecksum { get; init; }
    public uint Kind { get; init; }
    public uint WeightType { get; init; } = (uint)Kernels.WeightType.Float32;
    public uint Latent { get; init; }
    public uint FieldCount { get; init; }
    public ulong SlotCount { get; init; }
    public uint SlotStride { get; init; }
    public uint Link { get; init; }
    public InstanceNorm Norm { get; init; }
    public float Bias { get; init; }
    public uint IndexKind { get; init; }
    public uint IndexBits { get; init; }
    public uint IndexMaxProbes { get; init; }
    public uint PairBits { get; init; }
    public uint PairHash { get; init; }
    public float PairScale { get; init; }

    /// <summary>The header as bytes, checksum included.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[Size];
        Span<byte> span = bytes;
        Magic.CopyTo(span);
        BinaryPrimitives.WriteUInt16LittleEndian(span[8..], Major);
        BinaryPrimitives.WriteUInt16LittleEndian(span[10..], Minor);
        BinaryPrimitives.WriteUInt32LittleEndian(span[12..], ByteOrderMark);
        BinaryPrimitives.WriteUInt32LittleEndian(span[16..], Layout);
        BinaryPrimitives.WriteUInt32LittleEndian(span[20..], SectionCount);
        BinaryPrimitives.WriteUInt64LittleEndian(span[24..], FileLength);
        BinaryPrimitives.WriteUInt64LittleEndian(span[32..], TableChecksum);
        BinaryPrimitives.WriteUInt32LittleEndian(span[40..], Kind);
        BinaryPrimitives.WriteUInt32LittleEndian(span[44..], WeightType);
        BinaryPrimitives.WriteUInt32LittleEndian(span[48..], Latent);
        BinaryPrimitives.WriteUInt32LittleEndian(span[52..], FieldCount);
        BinaryPrimitives.WriteUInt64LittleEndian(span[56..], SlotCount);
        BinaryPrimitives.WriteUInt32LittleEndian(span[64..], SlotStride);
        BinaryPrimitives.WriteUInt32LittleEndian(span[68..], Link);
        span[72] = (byte)Norm.LinearHalves;
        span[73] = (byte)Norm.PairPower;
        span[74] = Norm.CountsUnknown ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteSingleLittleEndian(span[76..], Bias);
        BinaryPrimitives.WriteUInt32LittleEndian(span[80..], IndexKind);
        BinaryPrimitives.WriteUInt32LittleEndian(span[84..], IndexBits);
        BinaryPrimitives.WriteUInt32LittleEndian(span[88..], IndexMaxProbes);
        BinaryPrimitives.WriteUInt32LittleEndian(span[92..], PairBits);
        BinaryPrimitives.WriteUInt32LittleEndian(span[96..], PairHash);
        BinaryPrimitives.WriteSingleLittleEndian(span[100..], PairScale);
        BinaryPrimitives.WriteUInt64LittleEndian(span[ChecksumAt..], XxHash3.HashToUInt64(span[..ChecksumAt]));
        return bytes;
    }

    /// <summary>
    /// Reads a header, refusing in this order: no magic, other byte order, newer major version, wrong checksum, unknown layout.
    /// That order lets a newer or foreign file be named for what it is.
    /// </summary>
    public static ModelHeader Parse(ReadOnlySpan<byte> file)
    {
        if (file.Length < Magic.Length || !file[..Magic.Length].SequenceEqual(Magic))
            throw new CtrException(CtrStatus.ModelMagic, "not a model file: the first eight bytes are not those of the format");
        if (file.Length < Size)
            throw new CtrException(CtrStatus.ModelLength, $"truncated: {file.Length} bytes do not hold the {Size}-byte header");

        uint mark = BinaryPrimitives.ReadUInt32LittleEndian(file[12..]);
        if (mark == BinaryPrimitives.ReverseEndianness(ByteOrderMark))
            throw new CtrException(CtrStatus.ModelByteOrder, "written with the other byte order; model files are little-endian");
        ushort major = BinaryPrimitives.ReadUInt16LittleEndian(file[8..]);
        ushort minor = BinaryPrimitives.ReadUInt16LittleEndian(file[10..]);
        if (major != CurrentMajor && mark == ByteOrderMark)
            throw new CtrException(CtrStatus.ModelVersion, $"format version {major}.{minor}; this build reads {CurrentMajor}.x");
        ulong checksum = BinaryPrimitives.ReadUInt64LittleEndian(file[ChecksumAt..]);
        if (mark != ByteOrderMark || checksum != XxHash3.HashToUInt64(file[..ChecksumAt]))
            throw new CtrException(CtrStatus.ModelHeaderChecksum, "the header does not match its checksum");
        uint layout = BinaryPrimitives.ReadUInt32LittleEndian(file[16..]);
        if (layout != DenseLayout)
            throw new CtrException(CtrStatus.ModelLayout, $"data layout {layout}; this build knows layout {DenseLayout}");
        if (file[72] > 2 || file[73] > 2 || file[74] > 1 || file[75] != 0 || file[ReservedAt..ChecksumAt].ContainsAnyExcept((byte)0))
            throw new CtrException(CtrStatus.ModelCounts, "a header member is out of range: norm exponents or reserved bytes");

        return new ModelHeader
        {
            Major = major,
            Minor = minor,
            Layout = layout,
            SectionCount = BinaryPrimitives.ReadUInt32LittleEndian(file[20..]),
            FileLength = BinaryPrimitives.ReadUInt64LittleEndian(file[24..]),
            TableChecksum = BinaryPrimitives.ReadUInt64LittleEndian(file[32..]),
            Kind = BinaryPrimitives.ReadUInt32LittleEndian(file[40..]),
            WeightType = BinaryPrimitives.ReadUInt32LittleEndian(file[44..]),
            Latent = BinaryPrimitives.ReadUInt32LittleEndian(file[48..]),
            FieldCount = BinaryPrimitives.ReadUInt32LittleEndian(file[52..]),
            SlotCount = BinaryPrimitives.ReadUInt64LittleEndian(file[56..]),
            SlotStride = BinaryPrimitives.ReadUInt32LittleEndian(file[64..]),
            Link = BinaryPrimitives.ReadUInt32LittleEndian(file[68..]),
            Norm = new InstanceNorm(file[72], file[73], file[74] == 1),
            Bias = BinaryPrimitives.ReadSingleLittleEndian(file[76..]),
            IndexKind = BinaryPrimitives.ReadUInt32LittleEndian(file[80..]),
            IndexBits = BinaryPrimitives.ReadUInt32LittleEndian(file[84..]),
            IndexMaxProbes = BinaryPrimitives.ReadUInt32LittleEndian(file[88..]),
            PairBits = BinaryPrimitives.ReadUInt32LittleEndian(file[92..]),
            PairHash = BinaryPrimitives.ReadUInt32LittleEndian(file[96..]),
            PairScale = BinaryPrimitives.ReadSingleLittleEndian(file[100..]),
        };
    }
}
