using System.IO.Hashing;
using System.Runtime.InteropServices;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Scoring;

namespace CtrRuntime.Trainer.Output;

/// <summary>
/// Writes model files. The same content gives the same bytes: no time stamps, no paths. The file is written beside its target, flushed to disk
/// and renamed, so that a reader sees the old file or the new one and a failure leaves the old one as it was.
/// </summary>
internal static unsafe class ModelWriter
{
    private const int WriteChunk = 1 << 24;

    /// <summary>
    /// Writes <paramref name="content"/> to <paramref name="path"/>. <paramref name="inspect"/>, where given, sees the path of the finished file before
    /// it replaces an older one; what it throws comes out here, and nothing has changed.
    /// </summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Io"/>: the file cannot be written; <see cref="CtrStatus.ModelSchema"/>: the schema is not valid.</exception>
    /// <exception cref="ArgumentException">The content contradicts itself.</exception>
    public static void Write(string path, ModelContent content, Action<string>? inspect = null)
    {
        content.Schema.Validate();
        if (content.Index == IndexKind.Exact && content.SlotKeys.Length != content.Weights.SlotCount)
            throw new ArgumentException($"{content.SlotKeys.Length} keys for {content.Weights.SlotCount} slots", nameof(content));
        SlotEntry[] table =
            content.Index == IndexKind.Exact ? SlotIndexTable.Build(content.SlotKeys, content.Weights.Linear, out uint probes) : Empty(out probes);
        fixed (SlotEntry* entries = table)
        {
            SlotIndex index = IndexOf(content, entries, table.Length, probes);
            AtomicFile.Write(path, stream => Write(stream, content, index), inspect);
        }
    }

    private static SlotEntry[] Empty(out uint probes)
    {
        probes = 0;
        return [];
    }

    private static SlotIndex IndexOf(ModelContent content, SlotEntry* entries, int entryCount, uint probes)
    {
        uint slots = content.Weights.SlotCount;
        int bits = content.Index switch
        {
            IndexKind.Exact => System.Numerics.BitOperations.Log2((uint)entryCount),
            IndexKind.Hashed => System.Numerics.BitOperations.Log2(slots),
            _ => 0,
        };
        return new SlotIndex { Kind = content.Index, SlotCount = slots, Bits = bits, MaxProbes = probes, Entries = entries, Linear = content.Weights.Linear };
    }

    private static void Write(Stream stream, ModelContent content, in SlotIndex index)
    {
        WeightTable weights = content.Weights.Table(content.Bias);
        byte[] schema = SchemaSection.Write(content.Schema);
        byte[] golden = GoldenSection(content, index);
        fixed (byte* schemaBytes = schema, goldenBytes = golden, names = content.FeatureNames, metadata = content.Metadata)
        {
            List<Section> sections = [new(SectionId.Schema, schemaBytes, (nuint)schema.Length)];
            sections.Add(index.Kind == IndexKind.Exact
                ? new(SectionId.SlotIndex, (byte*)index.Entries, ((nuint)1 << index.Bits) * (nuint)sizeof(SlotEntry))
                : new(SectionId.SlotIndex, (byte*)index.Linear, (nuint)index.SlotCount * sizeof(float)));
            if (content.Kind.HasLatent) sections.Add(new(SectionId.Weights, weights.Slots, content.Weights.SlotBytes));
            if (content.Kind.HasPairTable) sections.Add(new(SectionId.PairTable, weights.Pairs, content.Weights.PairBytes));
            sections.Add(new(SectionId.GoldenRows, goldenBytes, (nuint)golden.Length));
            if (content.FeatureNames.Length > 0) sections.Add(new(SectionId.FeatureNames, names, (nuint)content.FeatureNames.Length));
            if (content.Metadata.Length > 0) sections.Add(new(SectionId.Metadata, metadata, (nuint)content.Metadata.Length));

            var table = new byte[sections.Count * SectionTable.EntrySize];
            ulong end = SectionTable.End((uint)sections.Count);
            for (int s = 0; s < sections.Count; s++)
            {
                Section section = sections[s];
                section.Offset = SectionTable.Place(section.Id, end);
                end = section.Offset + section.Length;
                SectionTable.Write(table.AsSpan(s * SectionTable.EntrySize), new SectionEntry(
                    section.Id, SectionTable.Flags(section.Id), section.Offset, section.Length, Checksums.Of(section.Bytes, section.Length)));
            }

            stream.Write(HeaderOf(content, index, (uint)sections.Count, end, XxHash3.HashToUInt64(table)).ToBytes());
            stream.Write(table);
            ulong at = SectionTable.End((uint)sections.Count);
            foreach (Section section in sections)
            {
                stream.Write(new byte[section.Offset - at]);
                WriteAll(stream, section.Bytes, section.Length);
                at = section.Offset + section.Length;
            }
        }
    }

    private static ModelHeader HeaderOf(ModelContent content, in SlotIndex index, uint sections, ulong length, ulong tableChecksum) => new()
    {
        SectionCount = sections,
        FileLength = length,
        TableChecksum = tableChecksum,
        Kind = content.Kind.Id,
        WeightType = (uint)content.Weights.Layout.Type,
        Latent = (uint)content.Latent,
        FieldCount = (uint)content.Schema.Fields.Count,
        SlotCount = index.SlotCount,
        SlotStride = (uint)content.Weights.Layout.Stride,
        Link = (uint)content.Link,
        Norm = content.Norm,
        Bias = content.Bias,
        IndexKind = (uint)index.Kind,
        IndexBits = (uint)index.Bits,
        IndexMaxProbes = index.MaxProbes,
        PairBits = content.Kind.HasPairTable ? (uint)content.Weights.PairBits : 0,
        PairHash = content.Kind.HasPairTable ? ModelHeader.OwnPairHash : 0,
        PairScale = content.Weights.PairScale,
    };

    /// <summary>
    /// The golden rows with their logits and magnitudes. The magnitude |b| + Σ|w x| + Σ|pair products| is what the kernel
    /// answers for the same row over a model of absolute values.
    /// </summary>
    private static byte[] GoldenSection(ModelContent content, SlotIndex index)
    {
        uint fields = (uint)content.Schema.Fields.Count;
        // The level that every machine has, so that the same content gives the same bytes everywhere.
        const KernelLevel level = KernelLevel.V2;
        WeightTable weights = content.Weights.Table(content.Bias);
        var scorer = new RowScorer(content.Kind, level, fields, index, weights, content.Norm, content.Link);
        ulong[] keys = [.. content.GoldenRows.SelectMany(row => row.Keys).Distinct().Where(key => index.Find(key) != SlotIndex.Unknown)];
        using WeightBuffer absolute = AbsolutesOf(content, keys, index);
        fixed (SlotEntry* entries = SlotIndexTable.Build(keys, absolute.Linear, out uint probes))
        {
            var usedIndex = new SlotIndex
            {
                Kind = IndexKind.Exact,
                SlotCount = (uint)keys.Length,
                Bits = SlotIndexTable.BitsFor((uint)keys.Length),
                MaxProbes = probes,
                Entries = entries,
            };
            var magnitude = new RowScorer(
                content.Kind, level, fields, usedIndex, absolute.Table(Math.Abs(content.Bias)), content.Norm, content.Link);
            return GoldenRows.Write(
                content.GoldenRows,
                row => (scorer.Logit(row), magnitude.Logit(row with { Values = [.. row.Values.Select(Math.Abs)] })));
        }
    }

    /// <summary>A model of the absolute values of the slots of <paramref name="keys"/>, which become slots 0, 1, ….</summary>
    private static WeightBuffer AbsolutesOf(ModelContent content, ulong[] keys, in SlotIndex index)
    {
        WeightTable source = content.Weights.Table(0);
        SlotLayout layout = content.Weights.Layout;
        var result = new WeightBuffer((uint)keys.Length, layout, content.Weights.PairBits) { PairScale = content.Weights.PairScale };
        WeightTable target = result.Table(0);
        for (int k = 0; k < keys.Length; k++)
        {
            uint slot = index.Find(keys[k], out float linear);
            result.Linear[k] = Math.Abs(linear);
            Absolutes(source.Row(slot), target.Row((uint)k), (nuint)layout.Elements, layout.Type);
            if (layout.Type == WeightType.Int8 && layout.Elements > 0)
                *(float*)(target.Row((uint)k) + layout.ScaleOffset) = *(float*)(source.Row(slot) + layout.ScaleOffset);
        }

        Absolutes(source.Pairs, target.Pairs, content.Weights.PairBytes / (nuint)layout.Type.Size(), layout.Type);
        return result;
    }

    private static void Absolutes(byte* from, byte* to, nuint count, WeightType type)
    {
        for (nuint i = 0; i < count; i++)
        {
            switch (type)
            {
                case WeightType.Float32: ((float*)to)[i] = Math.Abs(((float*)from)[i]); break;
                case WeightType.BFloat16: ((ushort*)to)[i] = (ushort)(((ushort*)from)[i] & 0x7FFF); break;
                default: ((sbyte*)to)[i] = Math.Abs(((sbyte*)from)[i]); break;
            }
        }
    }

    private static void WriteAll(Stream stream, byte* bytes, nuint length)
    {
        for (nuint done = 0; done < length; done += WriteChunk)
            stream.Write(new ReadOnlySpan<byte>(bytes + done, (int)Math.Min(WriteChunk, length - done)));
    }

    private sealed class Section(SectionId id, byte* bytes, nuint length)
    {
        public SectionId Id { get; } = id;
        public byte* Bytes { get; } = bytes;
        public nuint Length { get; } = length;
        public ulong Offset { get; set; }
    }
}
