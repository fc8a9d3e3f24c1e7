using System.IO.Hashing;
using CtrRuntime.Input;
using CtrRuntime.Kernels;

namespace CtrRuntime.Model;

/// <summary>
/// A model file in memory, understood and checked: header, section table, every small section, and every offset and length.
/// What is left to trust are the numbers in the bulk sections (index, weights), which <see cref="VerifyAll"/> checks and which cannot lead
/// a reader out of bounds. Golden rows are re-scored by whoever has a kernel.
/// </summary>
internal sealed unsafe class ModelFile : IDisposable
{
    private const uint MaxLatent = 1024;
    private const uint MaxFields = 65535;
    private const uint MaxPairBits = 31;
    private const uint MaxIndexBits = 33;

    private readonly ModelMemory _memory;
    private ModelMemory? _zeros;

    private ModelFile(ModelMemory memory, ModelHeader header, ModelKind kind, SectionEntry[] sections)
    {
        _memory = memory;
        Header = header;
        Kind = kind;
        Sections = sections;
    }

    /// <summary>The header.</summary>
    public ModelHeader Header { get; }

    /// <summary>The kind of model.</summary>
    public ModelKind Kind { get; }

    /// <summary>The section table.</summary>
    public IReadOnlyList<SectionEntry> Sections { get; }

    /// <summary>Fields and keys.</summary>
    public Schema Schema { get; private set; } = null!;

    /// <summary>Finds slots by key.</summary>
    public SlotIndex Index { get; private set; }

    /// <summary>Where the weights are.</summary>
    public WeightTable Weights { get; private set; }

    /// <summary>Rows to re-score, from the first one on.</summary>
    public GoldenRows Golden => new(Section(SectionId.GoldenRows), Header.FieldCount);

    /// <summary>Understands and checks <paramref name="memory"/>, which the result owns; on a refusal it is disposed.</summary>
    /// <param name="memory">The file.</param>
    /// <param name="verifyAll">Also <see cref="VerifyAll"/>.</param>
    /// <param name="admit">Is told how much managed memory the model may take before that is allocated, and may throw.</param>
    /// <exception cref="CtrException">One status per reason: see FORMAT.md.</exception>
    public static ModelFile Parse(ModelMemory memory, bool verifyAll, Action<long>? admit)
    {
        ModelFile? file = null;
        try
        {
            ModelHeader header = ModelHeader.Parse(Head(memory));
            if (header.FileLength != memory.Length)
                throw new CtrException(CtrStatus.ModelLength, $"the header says {header.FileLength} bytes, the file has {memory.Length}");
            ModelKind kind = CheckKind(header);
            SlotLayout layout = CheckCounts(header, kind);
            file = new ModelFile(memory, header, kind, ReadTable(memory, header));
            file.CheckSections(layout);
            file.CheckChecksums(SectionFlags.None);
            file.Bind(layout, admit);
            if (verifyAll) file.VerifyAll();
            return file;
        }
        catch
        {
            file?.Dispose();
            memory.Dispose();
            throw;
        }
    }

    /// <summary>Checks what opening leaves out: the bulk checksums, that the index holds every slot once, and that weights are finite.</summary>
    public void VerifyAll()
    {
        CheckChecksums(SectionFlags.Bulk);
        if (Index.Kind == IndexKind.Exact) SlotIndexTable.Verify(Index);
        else if (!FloatScan.AllFinite(Index.Linear, Index.SlotCount)) throw NotFinite(SectionId.SlotIndex);
        if (!WeightScan.SlotsAreFinite(Weights, (nuint)Index.SlotCount)) throw NotFinite(SectionId.Weights);
        if (!WeightScan.PairsAreFinite(Weights)) throw NotFinite(SectionId.PairTable);

        static CtrException NotFinite(SectionId id) => new(CtrStatus.ModelWeights, $"section {id} holds a number that is not finite");
    }

    /// <summary>The bytes of a section; empty when the file has none.</summary>
    public ReadOnlySpan<byte> Section(SectionId id)
    {
        foreach (SectionEntry entry in Sections)
        {
            if (entry.Id == id) return new ReadOnlySpan<byte>(_memory.Bytes + entry.Offset, checked((int)entry.Length));
        }

        return [];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _memory.Dispose();
        _zeros?.Dispose();
    }

    private static ReadOnlySpan<byte> Head(ModelMemory memory) => new(memory.Bytes, (int)Math.Min(memory.Length, ModelHeader.Size));

    private static ModelKind CheckKind(ModelHeader header)
    {
        ModelKind kind = ModelKinds.Find(header.Kind) ?? throw Unknown("model kind", header.Kind);
        if (!Enum.IsDefined((WeightType)header.WeightType)) throw Unknown("weight type", header.WeightType);
        if (!Enum.IsDefined((Link)header.Link)) throw Unknown("link", header.Link);
        if (!Enum.IsDefined((IndexKind)header.IndexKind)) throw Unknown("index kind", header.IndexKind);
        if (header.PairHash != (kind.HasPairTable ? ModelHeader.OwnPairHash : 0)) throw Unknown("pair hash", header.PairHash);
        return kind;

        static CtrException Unknown(string what, uint number) =>
            new(CtrStatus.ModelKind, $"{what} {number} is not known to this build");
    }

    private static SlotLayout CheckCounts(ModelHeader header, ModelKind kind)
    {
        Demand(header.SectionCount <= SectionTable.MaxSections, $"{header.SectionCount} sections");
        Demand(header.FieldCount <= MaxFields, $"{header.FieldCount} fields");
        Demand(kind.ExactFields is not int fields || header.FieldCount == fields, $"{header.FieldCount} fields in a model of kind {kind.Name}");
        Demand(header.SlotCount < uint.MaxValue, $"{header.SlotCount} slots");
        Demand(kind.HasLatent ? header.Latent is > 0 and <= MaxLatent : header.Latent == 0, $"latent length {header.Latent}");
        Demand(!kind.UsesFields || header.FieldCount > 0, $"no fields in a model of kind {kind.Name}");
        Demand(kind.HasPairTable ? header.PairBits <= MaxPairBits : header.PairBits == 0, $"{header.PairBits} pair bits");
        Demand(float.IsFinite(header.Bias), "a bias that is not finite");
        bool isScaled = kind.HasPairTable && (WeightType)header.WeightType == WeightType.Int8;
        Demand(isScaled ? float.IsFinite(header.PairScale) : header.PairScale == 0, "a scale of the pair weights that is not finite or does not belong");
        ulong entries = (ulong)1 << (int)Math.Min(header.IndexBits, MaxIndexBits);
        bool indexFits = (IndexKind)header.IndexKind switch
        {
            IndexKind.Exact => header.IndexBits is > 0 and <= MaxIndexBits && header.SlotCount <= entries / 2 && header.IndexMaxProbes <= header.SlotCount,
            IndexKind.Hashed => header.IndexBits < 32 && header.SlotCount == entries && header.IndexMaxProbes == 0,
            _ => header.IndexBits == 0 && header.IndexMaxProbes == 0,
        };
        Demand(indexFits, $"an index of {header.IndexBits} bits and {header.IndexMaxProbes} probes for {header.SlotCount} slots");
        SlotLayout layout = SlotLayout.Of(kind.LatentBlocks((int)header.FieldCount), (int)header.Latent, (WeightType)header.WeightType);
        Demand(header.SlotStride == layout.Stride, $"a slot of {header.SlotStride} bytes where the layout makes {layout.Stride}");
        return layout;

        static void Demand(bool holds, string what)
        {
            if (!holds) throw new CtrException(CtrStatus.ModelCounts, $"the header has an impossible count: {what}");
        }
    }

    private static SectionEntry[] ReadTable(ModelMemory memory, ModelHeader header)
    {
        ulong end = SectionTable.End(header.SectionCount);
        if (end > memory.Length) throw new CtrException(CtrStatus.ModelCounts, $"the file does not hold {header.SectionCount} section entries");
        var table = new ReadOnlySpan<byte>(memory.Bytes + ModelHeader.Size, (int)(end - ModelHeader.Size));
        if (XxHash3.HashToUInt64(table) != header.TableChecksum)
            throw new CtrException(CtrStatus.ModelTableChecksum, "the section table does not match its checksum");
        var sections = new SectionEntry[header.SectionCount];
        for (int s = 0; s < sections.Length; s++) sections[s] = SectionTable.Read(table[(s * SectionTable.EntrySize)..]);
        return sections;
    }

    private void CheckSections(SlotLayout layout)
    {
        ulong end = SectionTable.End(Header.SectionCount);
        uint last = 0;
        foreach (SectionEntry entry in Sections)
        {
            bool known = Enum.IsDefined(entry.Id);
            if (!known && entry.Flags.HasFlag(SectionFlags.Required))
                throw new CtrException(CtrStatus.ModelSectionUnknown, $"section {(uint)entry.Id} is required and not known to this build");
            if ((uint)entry.Id <= last) throw Misplaced(entry, "out of order");
            if (known && entry.Flags != SectionTable.Flags(entry.Id)) throw Misplaced(entry, $"flags {(uint)entry.Flags}");
            ulong place = SectionTable.Place(entry.Id, end);
            if (entry.Offset != place) throw Misplaced(entry, $"at {entry.Offset} where {place} follows from the sections before it");
            if (entry.Offset > _memory.Length || entry.Length > _memory.Length - entry.Offset) throw Misplaced(entry, "beyond the end of the file");
            if (new ReadOnlySpan<byte>(_memory.Bytes + end, (int)(place - end)).ContainsAnyExcept((byte)0)) throw Misplaced(entry, "padding that is not zero");
            ulong? expected = ExpectedLength(entry.Id, layout);
            if (expected is ulong length && entry.Length != length)
                throw Misplaced(entry, $"{entry.Length} bytes where the header implies {length}");
            if (known && expected == null && entry.Length > int.MaxValue) throw Misplaced(entry, $"{entry.Length} bytes are too many");
            end = entry.Offset + entry.Length;
            last = (uint)entry.Id;
        }

        if (end != _memory.Length) throw new CtrException(CtrStatus.ModelSections, $"the sections end at {end}, the file at {_memory.Length}");
        foreach (SectionId id in Enum.GetValues<SectionId>())
        {
            if (IsNeeded(id) && !Sections.Any(entry => entry.Id == id))
                throw new CtrException(CtrStatus.ModelSectionMissing, $"section {id} is missing");
            if (!IsNeeded(id) && SectionTable.Flags(id).HasFlag(SectionFlags.Required) && Sections.Any(entry => entry.Id == id))
                throw new CtrException(CtrStatus.ModelSections, $"section {id} does not belong in this kind of model");
        }

        static CtrException Misplaced(SectionEntry entry, string what) =>
            new(CtrStatus.ModelSections, $"section {entry.Id}: {what}");
    }

    private bool IsNeeded(SectionId id) => id switch
    {
        SectionId.Weights => Kind.HasLatent,
        SectionId.PairTable => Kind.HasPairTable,
        _ => SectionTable.Flags(id).HasFlag(SectionFlags.Required),
    };

    private ulong? ExpectedLength(SectionId id, SlotLayout layout) => id switch
    {
        SectionId.SlotIndex when Header.IndexKind == (uint)IndexKind.Exact => (ulong)sizeof(SlotEntry) << (int)Header.IndexBits,
        SectionId.SlotIndex => Header.SlotCount * sizeof(float),
        // Fits: below 2^32 slots of below 2^30 bytes.
        SectionId.Weights => Header.SlotCount * (ulong)layout.Stride,
        SectionId.PairTable => (ulong)layout.Type.Size() << (int)Header.PairBits,
        _ => null,
    };

    private void CheckChecksums(SectionFlags bulk)
    {
        foreach (SectionEntry entry in Sections)
        {
            if ((entry.Flags & SectionFlags.Bulk) != bulk) continue;
            if (Checksums.Of(_memory.Bytes + entry.Offset, (nuint)entry.Length) != entry.Checksum)
                throw new CtrException(CtrStatus.ModelSectionChecksum, $"section {entry.Id} does not match its checksum");
        }
    }

    private void Bind(SlotLayout layout, Action<long>? admit)
    {
        ReadOnlySpan<byte> schema = Section(SectionId.Schema);
        admit?.Invoke(SchemaSection.ManagedBytes(Header.FieldCount, schema.Length));
        Schema = SchemaSection.Read(schema, Header.FieldCount);
        if (Header.IndexKind == (uint)IndexKind.Direct && Schema.Keys != KeyKind.Id)
            throw new CtrException(CtrStatus.ModelIndex, "a direct index needs integer ids");
        bool isExact = Header.IndexKind == (uint)IndexKind.Exact;
        Index = new SlotIndex
        {
            Kind = (IndexKind)Header.IndexKind,
            SlotCount = (uint)Header.SlotCount,
            Bits = (int)Header.IndexBits,
            MaxProbes = Header.IndexMaxProbes,
            Entries = isExact ? (SlotEntry*)Address(SectionId.SlotIndex) : null,
            Linear = isExact ? null : (float*)Address(SectionId.SlotIndex),
        };
        _zeros = ModelMemory.Zeros(layout.ZeroBytes);
        Weights = new WeightTable
        {
            Slots = Address(SectionId.Weights),
            SlotBytes = (nuint)Header.SlotCount * (nuint)layout.Stride,
            ZeroSlot = _zeros.Bytes,
            Stride = (nuint)layout.Stride,
            ScaleOffset = (nuint)layout.ScaleOffset,
            Latent = layout.PaddedLatent,
            Blocks = layout.Blocks,
            Type = layout.Type,
            Bias = Header.Bias,
            Pairs = Address(SectionId.PairTable),
            PairBits = (int)Header.PairBits,
            PairScale = Header.PairScale,
        };
    }

    private byte* Address(SectionId id)
    {
        foreach (SectionEntry entry in Sections)
        {
            if (entry.Id == id) return _memory.Bytes + entry.Offset;
        }

        return null;
    }
}
