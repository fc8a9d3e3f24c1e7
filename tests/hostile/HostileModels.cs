using System.Buffers.Binary;
using System.IO.Hashing;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Tests.Shared;

/// <summary>
/// A catalogue of attacks on the model file: each takes a sound file and damages it in one way, signing everything else again, so that only
/// the check in question can refuse it. One status per reason.
/// </summary>
internal static class HostileModels
{
    /// <summary>An attack.</summary>
    /// <param name="Name">What is done.</param>
    /// <param name="Status">How the file must be refused.</param>
    /// <param name="Damage">Does it.</param>
    /// <param name="NeedsFullVerify">Only full verification finds it.</param>
    internal sealed record Attack(string Name, CtrStatus Status, Func<byte[], byte[]> Damage, bool NeedsFullVerify = false)
    {
        public override string ToString() => Name;
    }

    /// <summary>All attacks; the victim has latent vectors, weights of any type, an exact index and a fields count above 0.</summary>
    public static IReadOnlyList<Attack> All { get; } =
    [
        new("empty file", CtrStatus.ModelMagic, _ => []),
        new("text file", CtrStatus.ModelMagic, _ => "label,age\n1,39\n"u8.ToArray()),
        new("wrong magic", CtrStatus.ModelMagic, file => With(file, f => f[0] ^= 1)),
        new("line ends translated", CtrStatus.ModelMagic, file => [.. file[..4], .. file[5..]]),
        new("header cut off", CtrStatus.ModelLength, file => file[..100]),
        new("last byte missing", CtrStatus.ModelLength, file => file[..^1]),
        new("half the file missing", CtrStatus.ModelLength, file => file[..(file.Length / 2)]),
        new("a byte too many", CtrStatus.ModelLength, file => [.. file, 0]),
        new("byte order swapped", CtrStatus.ModelByteOrder, file => With(file, SwapHeader)),
        new("newer major version", CtrStatus.ModelVersion, file => Header(file, f => U16(f, 8, 2))),
        new("major version 0", CtrStatus.ModelVersion, file => Header(file, f => U16(f, 8, 0))),
        new("newer version with another header", CtrStatus.ModelVersion, file => With(file, f => U16(f, 8, 9))),
        new("header bit flipped", CtrStatus.ModelHeaderChecksum, file => With(file, f => f[52] ^= 4)),
        new("header checksum flipped", CtrStatus.ModelHeaderChecksum, file => With(file, f => f[120] ^= 1)),
        new("byte order mark destroyed", CtrStatus.ModelHeaderChecksum, file => With(file, f => f[13] ^= 0x40)),
        new("unknown layout", CtrStatus.ModelLayout, file => Header(file, f => U32(f, 16, 7))),
        new("unknown kind", CtrStatus.ModelKind, file => Header(file, f => U32(f, 40, 999))),
        new("unknown weight type", CtrStatus.ModelKind, file => Header(file, f => U32(f, 44, 4))),
        new("weight type of another size", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 44, (uint)AnotherType(f)))),
        new("scale without a table it belongs to", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 100, 0x3F800000))),
        new("unknown link", CtrStatus.ModelKind, file => Header(file, f => U32(f, 68, 99))),
        new("unknown index kind", CtrStatus.ModelKind, file => Header(file, f => U32(f, 80, 0))),
        new("unknown pair hash", CtrStatus.ModelKind, file => Header(file, f => U32(f, 96, 77))),
        new("absurd latent length", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 48, 0x7FFFFFFF))),
        new("absurd field count", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 52, 0xFFFFFFFF))),
        new("absurd slot count", CtrStatus.ModelCounts, file => Header(file, f => U64(f, 56, ulong.MaxValue))),
        new("stride of another weight type", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 64, (uint)Layout(f).As(AnotherType(f)).Stride))),
        new("absurd stride", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 64, 0))),
        new("norm exponent 3", CtrStatus.ModelCounts, file => Header(file, f => f[72] = 3)),
        new("bias not a number", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 76, 0x7FC00000))),
        new("absurd index bits", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 84, 0xFFFFFFFF))),
        new("index too small", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 84, 1))),
        new("endless probes", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 88, 0xFFFFFFFF))),
        new("absurd pair bits", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 92, 63))),
        new("reserved bytes used", CtrStatus.ModelCounts, file => Header(file, f => f[110] = 1)),
        new("absurd section count", CtrStatus.ModelCounts, file => Header(file, f => U32(f, 20, 0xFFFFFFFF))),
        new("section table bit flipped", CtrStatus.ModelTableChecksum, file => With(file, f => f[ModelHeader.Size + 9] ^= 1)),
        new("fewer slots than weights", CtrStatus.ModelSections, file => Header(file, f => U64(f, 56, 99))),
        new("sections overlap", CtrStatus.ModelSections, file => Entry(file, SectionId.Weights, (f, at) => Add(f, at + 8, -4096))),
        new("hole between sections", CtrStatus.ModelSections, file => Entry(file, SectionId.GoldenRows, (f, at) => Add(f, at + 8, 64))),
        new("section beyond the end", CtrStatus.ModelSections, file => Entry(file, SectionId.Metadata, (f, at) => U64(f, at + 16, 1L << 40))),
        new("section length near 2^64", CtrStatus.ModelSections, file => Entry(file, SectionId.Metadata, (f, at) => U64(f, at + 16, ulong.MaxValue - 3))),
        new("sections out of order", CtrStatus.ModelSections, file => Entry(file, SectionId.SlotIndex, (f, at) => U32(f, at, 9))),
        new("section twice", CtrStatus.ModelSections, file => Entry(file, SectionId.SlotIndex, (f, at) => U32(f, at, (uint)SectionId.Schema))),
        new("flags changed", CtrStatus.ModelSections, file => Entry(file, SectionId.Schema, (f, at) => U32(f, at + 4, 0))),
        new("bytes after the last section", CtrStatus.ModelSections, file => Header([.. file, 1, 2, 3], f => U64(f, 24, (ulong)f.Length))),
        new("padding not zero", CtrStatus.ModelSections, file => With(file, f => f[Offset(f, SectionId.Weights) - 1] = 1)),
        new("unknown required section", CtrStatus.ModelSectionUnknown, file => Entry(file, SectionId.Metadata, (f, at) =>
        {
            U32(f, at, 1000);
            U32(f, at + 4, (uint)SectionFlags.Required);
        })),
        new("golden rows missing", CtrStatus.ModelSectionMissing, file => Entry(file, SectionId.GoldenRows, (f, at) =>
        {
            U32(f, at, 7777);
            U32(f, at + 4, 0);
            U32(f, at + SectionTable.EntrySize, 7778);
            U32(f, at + SectionTable.EntrySize + 4, 0);
        })),
        new("schema bit flipped", CtrStatus.ModelSectionChecksum, file => With(file, f => f[Offset(f, SectionId.Schema) + 30] ^= 1)),
        new("golden rows bit flipped", CtrStatus.ModelSectionChecksum, file => With(file, f => f[Offset(f, SectionId.GoldenRows) + 9] ^= 1)),
        new("metadata bit flipped", CtrStatus.ModelSectionChecksum, file => With(file, f => f[Offset(f, SectionId.Metadata)] ^= 1)),
        new("weights bit flipped", CtrStatus.ModelSectionChecksum, file => With(file, f => f[Offset(f, SectionId.Weights) + 1] ^= 1), true),
        new("index bit flipped", CtrStatus.ModelSectionChecksum, file => With(file, f => f[Offset(f, SectionId.SlotIndex) + 8] ^= 1), true),
        new("absurd field count in the schema", CtrStatus.ModelSchema, file => Content(file, SectionId.Schema, (f, at) => U32(f, at + 28, 0xFFFFFFF0))),
        new("unknown key kind", CtrStatus.ModelSchema, file => Content(file, SectionId.Schema, (f, at) => U32(f, at, 5))),
        new("unknown field kind", CtrStatus.ModelSchema, file => Content(file, SectionId.Schema, (f, at) => f[at + 32] = 9)),
        new("field count differs from the schema", CtrStatus.ModelSchema, file => Content(file, SectionId.Schema, (f, at) => U32(f, at + 28, 0))),
        new("text beyond the section", CtrStatus.ModelSchema, file => Content(file, SectionId.Schema, (f, at) => U32(f, at + 12, 0x7FFFFFFF))),
        new("index names one slot twice", CtrStatus.ModelIndex, file => Content(file, SectionId.SlotIndex, DuplicateSlot), true),
        new("index names a slot out of range", CtrStatus.ModelIndex, file => Content(file, SectionId.SlotIndex, SlotOutOfRange), true),
        new("bytes behind the golden rows", CtrStatus.ModelGoldenRows, file => Content(file, SectionId.GoldenRows, (f, at) => Add(f, at, -1))),
        new("absurd golden row count", CtrStatus.ModelGoldenRows, file => Content(file, SectionId.GoldenRows, (f, at) => U32(f, at, 0xFFFFFFFF))),
        new("golden logit changed", CtrStatus.ModelGoldenRows, file => Content(file, SectionId.GoldenRows, (f, at) => f[at + 14] ^= 1)),
        new("golden value infinite", CtrStatus.ModelGoldenRows, file => Content(file, SectionId.GoldenRows, (f, at) => U32(f, at + 36, 0x7F800000))),
        new("golden field out of range", CtrStatus.ModelGoldenRows, file => Content(file, SectionId.GoldenRows, (f, at) => U32(f, at + 24, 4000))),
        new("linear weight not a number", CtrStatus.ModelWeights, file => Content(file, SectionId.SlotIndex, (f, at) => EachUsed(f, at, entry => U32(f, entry + 12, 0x7FC00000))), true),
        new("weight not a number", CtrStatus.ModelWeights, file => Content(file, SectionId.Weights, (f, at) => SetWeight(f, at, 0x7FC00000)), true),
        new("weight infinite", CtrStatus.ModelWeights, file => Content(file, SectionId.Weights, (f, at) => SetWeight(f, at, 0xFF800000)), true),
        new("every weight zero", CtrStatus.ModelGoldenRows, file => Content(file, SectionId.Weights, (f, at) => f.AsSpan(at, (int)Length(f, SectionId.Weights)).Clear())),
    ];

    /// <summary>Where a section starts.</summary>
    public static int Offset(byte[] file, SectionId id) => (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(EntryAt(file, id) + 8));

    /// <summary>A file with a pair table whose first weight has these bits of a float, of which bf16 keeps the upper half.</summary>
    public static byte[] WithPairWeight(byte[] file, uint bits) => Content(file, SectionId.PairTable, (f, at) =>
    {
        if (TypeOf(f) == WeightType.BFloat16) U16(f, at, (ushort)(bits >> 16));
        else U32(f, at, bits);
    });

    /// <summary>A file whose scale of the pair table has these bits.</summary>
    public static byte[] WithPairScale(byte[] file, uint bits) => Header(file, f => U32(f, 100, bits));

    private static ulong Length(byte[] file, SectionId id) => BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(EntryAt(file, id) + 16));

    private static int Sections(byte[] file) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(20));

    private static int EntryAt(byte[] file, SectionId id)
    {
        for (int s = 0; s < Sections(file); s++)
        {
            int at = ModelHeader.Size + (s * SectionTable.EntrySize);
            if (BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at)) == (uint)id) return at;
        }

        throw new ArgumentException($"the victim has no section {id}", nameof(id));
    }

    private static byte[] With(byte[] file, Action<byte[]> change)
    {
        var copy = (byte[])file.Clone();
        change(copy);
        return copy;
    }

    /// <summary>Changes the header and signs it.</summary>
    private static byte[] Header(byte[] file, Action<byte[]> change) => With(file, f =>
    {
        change(f);
        U64(f, 120, XxHash3.HashToUInt64(f.AsSpan(0, 120)));
    });

    /// <summary>Changes an entry of the section table and signs table and header.</summary>
    private static byte[] Entry(byte[] file, SectionId id, Action<byte[], int> change) => Header(file, f =>
    {
        change(f, EntryAt(f, id));
        U64(f, 32, XxHash3.HashToUInt64(f.AsSpan(ModelHeader.Size, Sections(f) * SectionTable.EntrySize)));
    });

    /// <summary>Changes a section's content and signs section, table and header.</summary>
    private static byte[] Content(byte[] file, SectionId id, Action<byte[], int> change) => Entry(file, id, (f, at) =>
    {
        change(f, Offset(f, id));
        U64(f, at + 24, XxHash3.HashToUInt64(f.AsSpan(Offset(f, id), (int)Length(f, id))));
    });

    private static void DuplicateSlot(byte[] file, int at) => EachUsed(file, at, entry => U32(file, entry + 8, 0));

    private static void SlotOutOfRange(byte[] file, int at) => EachUsed(file, at, entry => U32(file, entry + 8, 0xFFFFFFF0));

    private static void EachUsed(byte[] file, int at, Action<int> change)
    {
        for (int entry = at; entry < at + (int)Length(file, SectionId.SlotIndex); entry += 16)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(entry + 8)) != uint.MaxValue) change(entry);
        }
    }

    private static WeightType TypeOf(byte[] file) => (WeightType)BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(44));

    /// <summary>A weight type whose slots have another size than the victim's.</summary>
    private static WeightType AnotherType(byte[] file) => TypeOf(file) == WeightType.Float32 ? WeightType.BFloat16 : WeightType.Float32;

    private static SlotLayout Layout(byte[] file)
    {
        int Number(int at) => BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(at));
        return SlotLayout.Of(ModelKinds.Find((uint)Number(40))!.LatentBlocks(Number(52)), Number(48), TypeOf(file));
    }

    /// <summary>Gives the first slot a weight, or an int8 slot a scale, of these bits of a float, whose lower half is 0.</summary>
    private static void SetWeight(byte[] file, int at, uint bits)
    {
        if (TypeOf(file) == WeightType.BFloat16) U16(file, at, (ushort)(bits >> 16));
        else U32(file, TypeOf(file) == WeightType.Int8 ? at + Layout(file).ScaleOffset : at, bits);
    }

    private static void SwapHeader(byte[] file)
    {
        file.AsSpan(8, 2).Reverse();
        file.AsSpan(10, 2).Reverse();
        foreach (int at in new[] { 12, 16, 20, 40, 44, 48, 52, 64, 68, 76, 80, 84, 88, 92, 96 }) file.AsSpan(at, 4).Reverse();
        foreach (int at in new[] { 24, 32, 56, 120 }) file.AsSpan(at, 8).Reverse();
    }

    private static void U16(byte[] file, int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), value);

    private static void U32(byte[] file, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(at), value);

    private static void U64(byte[] file, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(at), value);

    private static void Add(byte[] file, int at, long change) =>
        U64(file, at, (ulong)((long)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)) + change));
}
