using System.Buffers.Binary;

namespace CtrRuntime.Model;

/// <summary>What a section demands of a reader. The numbers are those of the model file.</summary>
[Flags]
internal enum SectionFlags : uint
{
    None = 0,

    /// <summary>A reader that does not know the section must refuse the file.</summary>
    Required = 1,

    /// <summary>Large: its checksum is verified only when everything is, so that opening does not read it.</summary>
    Bulk = 2,
}

/// <summary>Where a section is.</summary>
/// <param name="Id">Which section.</param>
/// <param name="Flags">What it demands.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
/// <param name="Length">Bytes without padding.</param>
/// <param name="Checksum">XXH3-64 of the section's bytes.</param>
internal readonly record struct SectionEntry(SectionId Id, SectionFlags Flags, ulong Offset, ulong Length, ulong Checksum);

/// <summary>
/// The section table: 32 bytes an entry, in ascending order of section number. Sections follow each other in that order without holes,
/// each at the next multiple of its alignment, so that offsets are implied by lengths: <see cref="Place"/> computes them for the
/// writer, and the reader demands equality.
/// </summary>
internal static class SectionTable
{
    /// <summary>Bytes of an entry.</summary>
    public const int EntrySize = 32;

    /// <summary>More sections than this are absurd.</summary>
    public const uint MaxSections = 64;

    /// <summary>Where a section may start: weights at pages, so that they map and prefetch well; everything else at cache lines.</summary>
    public static ulong Alignment(SectionId id) => id is SectionId.Weights or SectionId.PairTable ? 4096u : 64u;

    /// <summary>The flags a section must have.</summary>
    public static SectionFlags Flags(SectionId id) => id switch
    {
        SectionId.Schema or SectionId.GoldenRows => SectionFlags.Required,
        SectionId.SlotIndex or SectionId.Weights or SectionId.PairTable => SectionFlags.Required | SectionFlags.Bulk,
        SectionId.FeatureNames => SectionFlags.Bulk,
        _ => SectionFlags.None,
    };

    /// <summary>The first multiple of the section's alignment that is not below <paramref name="end"/>.</summary>
    public static ulong Place(SectionId id, ulong end)
    {
        ulong alignment = Alignment(id);
        return checked(end + alignment - 1) / alignment * alignment;
    }

    /// <summary>Where the first section may start.</summary>
    public static ulong End(uint sections) => ModelHeader.Size + ((ulong)sections * EntrySize);

    /// <summary>Writes an entry.</summary>
    public static void Write(Span<byte> target, in SectionEntry entry)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)entry.Id);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], (uint)entry.Flags);
        BinaryPrimitives.WriteUInt64LittleEndian(target[8..], entry.Offset);
        BinaryPrimitives.WriteUInt64LittleEndian(target[16..], entry.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(target[24..], entry.Checksum);
    }

    /// <summary>Reads an entry.</summary>
    public static SectionEntry Read(ReadOnlySpan<byte> source) => new(
        (SectionId)BinaryPrimitives.ReadUInt32LittleEndian(source),
        (SectionFlags)BinaryPrimitives.ReadUInt32LittleEndian(source[4..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(source[24..]));
}
