using System.Buffers.Binary;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// The file of a <see cref="RowCache"/>, little-endian: magic (8 bytes), version (u32), number of parts (u32), key (16 bytes), the length of every
/// part in bytes (u64 each); then the parts, each at the next multiple of 64 bytes, zeros between them; last, at the next such multiple, the
/// XXH3-64 (u64) of all bytes before it. So lengths tell offsets, and the length of the file.
/// The parts: description (number of fields, warnings), schema and feature names (as in a model file), weighted counts by slot (f64), keys by
/// slot (u64), then offsets (u64), slots (u32), fields (u16), values (f32), keys (u64), labels (f32) and weights (f32) of the training rows, and the
/// same of the validation rows; without those, their parts are empty.
/// </summary>
internal static class RowCacheFormat
{
    /// <summary>Raised when anything here changes, or anything that decides what rows a text becomes.</summary>
    public const uint Version = 1;

    /// <summary>Number of parts.</summary>
    public const int Parts = TrainingRows + (2 * RowStore.Parts);

    /// <summary>Part: number of fields, warnings.</summary>
    public const int Description = 0;

    /// <summary>Part: the schema.</summary>
    public const int Schema = 1;

    /// <summary>Part: names of features.</summary>
    public const int Names = 2;

    /// <summary>Part: weighted counts by slot.</summary>
    public const int Counts = 3;

    /// <summary>Part: keys by slot.</summary>
    public const int SlotKeys = 4;

    /// <summary>First part of the training rows.</summary>
    public const int TrainingRows = 5;

    /// <summary>First part of the validation rows.</summary>
    public const int ValidationRows = TrainingRows + RowStore.Parts;

    /// <summary>Bytes of the key.</summary>
    public const int KeySize = 16;

    /// <summary>Bytes of the checksum.</summary>
    public const int ChecksumSize = 8;

    private const int Alignment = 64, VersionOffset = 8, CountOffset = 12, KeyOffset = 16, LengthsOffset = 32;

    /// <summary>Bytes before the first part, without padding.</summary>
    public const int HeaderSize = LengthsOffset + (8 * Parts);

    private static ReadOnlySpan<byte> Magic => "CTRROWS\0"u8;

    /// <summary>The first multiple of the alignment that is not below <paramref name="end"/>.</summary>
    public static ulong Place(ulong end) => checked(end + Alignment - 1) / Alignment * Alignment;

    /// <summary>Writes a header.</summary>
    public static byte[] Write(ReadOnlySpan<byte> key, ReadOnlySpan<ulong> lengths)
    {
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(VersionOffset), Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(CountOffset), Parts);
        key.CopyTo(header.AsSpan(KeyOffset));
        for (int part = 0; part < Parts; part++) BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(LengthsOffset + (8 * part)), lengths[part]);
        return header;
    }

    /// <summary>The lengths of the parts.</summary>
    /// <param name="start">The first bytes of the file, as many as a header has or fewer.</param>
    /// <param name="key">The key that it must have.</param>
    /// <exception cref="CtrException"><see cref="CtrStatus.Data"/>: the file cannot be used; the message says why.</exception>
    public static ulong[] Read(ReadOnlySpan<byte> start, ReadOnlySpan<byte> key)
    {
        if (!start.StartsWith(Magic)) throw Unusable("it is not a cache of rows");
        if (start.Length < HeaderSize) throw Damaged();
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(start[VersionOffset..]);
        if (version != Version) throw Unusable($"it has version {version}, this program writes {Version}");
        if (!start.Slice(KeyOffset, KeySize).SequenceEqual(key)) throw Unusable("the data has changed, or an option that rows depend on");
        if (BinaryPrimitives.ReadUInt32LittleEndian(start[CountOffset..]) != Parts) throw Damaged();
        var lengths = new ulong[Parts];
        for (int part = 0; part < Parts; part++) lengths[part] = BinaryPrimitives.ReadUInt64LittleEndian(start[(LengthsOffset + (8 * part))..]);
        return lengths;
    }

    /// <summary>The checksum as it stands at the end of the file.</summary>
    public static byte[] ChecksumBytes(ulong checksum)
    {
        var bytes = new byte[ChecksumSize];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, checksum);
        return bytes;
    }

    /// <summary>The refusal of a file whose bytes cannot be right.</summary>
    public static CtrException Damaged() => Unusable("it is damaged");

    private static CtrException Unusable(string why) => new(CtrStatus.Data, why);
}
