using CtrRuntime.Input;
using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// Maps the file of a <see cref="RowCache"/> (<see cref="RowCacheFormat"/>): its rows are page cache, so that there may be more of them than
/// memory. All of the file is read once for its checksum.
/// </summary>
internal static unsafe class RowCacheReader
{
    /// <summary>Opens a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key that it must have.</param>
    /// <param name="warnings">What is to be said about the data.</param>
    /// <exception cref="CtrException">
    /// <see cref="CtrStatus.Data"/>: the file cannot be used, the message says why; <see cref="CtrStatus.Io"/>: it cannot be read.
    /// </exception>
    public static TrainingData Open(string path, byte[] key, out string[] warnings)
    {
        ModelMemory memory = ModelMemory.Open(path, OpenMode.Map);
        try
        {
            NativePart[] parts = Parts(memory, key);
            return Read(memory, parts, out warnings);
        }
        catch
        {
            memory.Dispose();
            throw;
        }
    }

    private static NativePart[] Parts(ModelMemory memory, byte[] key)
    {
        ulong[] lengths = RowCacheFormat.Read(new(memory.Bytes, (int)Math.Min(memory.Length, RowCacheFormat.HeaderSize)), key);
        var parts = new NativePart[lengths.Length];
        ulong end = RowCacheFormat.HeaderSize;
        for (int part = 0; part < parts.Length; part++)
        {
            ulong start = RowCacheFormat.Place(end);
            if (start > memory.Length || lengths[part] > memory.Length - start) throw RowCacheFormat.Damaged();
            parts[part] = new(memory.Bytes + start, (nuint)lengths[part]);
            end = start + lengths[part];
        }

        end = RowCacheFormat.Place(end);
        bool whole = memory.Length == end + RowCacheFormat.ChecksumSize
            && new ReadOnlySpan<byte>(memory.Bytes + end, RowCacheFormat.ChecksumSize).SequenceEqual(RowCacheFormat.ChecksumBytes(Checksums.Of(memory.Bytes, (nuint)end)));
        return whole ? parts : throw RowCacheFormat.Damaged();
    }

    private static TrainingData Read(ModelMemory memory, NativePart[] parts, out string[] warnings)
    {
        var description = new SectionReader(parts[RowCacheFormat.Description].Span, CtrStatus.Data, "description");
        uint fields = description.U32();
        warnings = new string[description.Count(itemSize: 4)];
        for (int i = 0; i < warnings.Length; i++) warnings[i] = description.Text();
        description.End();
        Schema schema = SchemaSection.Read(parts[RowCacheFormat.Schema].Span, fields);
        double[] counts = Copy<double>(parts[RowCacheFormat.Counts]);
        ulong[] keys = Copy<ulong>(parts[RowCacheFormat.SlotKeys]);
        if (keys.Length > 0 && keys.Length != counts.Length) throw RowCacheFormat.Damaged();
        bool validated = parts[RowCacheFormat.ValidationRows].Length > 0;
        return new()
        {
            Schema = schema,
            Rows = Rows(RowCacheFormat.TrainingRows),
            Validation = validated ? Rows(RowCacheFormat.ValidationRows) : null,
            Counts = counts,
            SlotKeys = keys,
            FeatureNames = Names(parts[RowCacheFormat.Names], keys.Length),
            Memory = memory,
        };

        RowStore Rows(int first) => new(parts.AsSpan(first, RowStore.Parts), (uint)counts.Length, Math.Max(1, fields));
    }

    private static string[] Names(NativePart section, int slots)
    {
        if (section.Length == 0) return [];
        var names = new string[slots];
        for (int slot = 0; slot < slots; slot++) names[slot] = FeatureNames.Read(section.Span, (uint)slot) ?? throw RowCacheFormat.Damaged();
        return names;
    }

    private static T[] Copy<T>(NativePart part)
        where T : unmanaged
    {
        if (part.Length % (nuint)sizeof(T) != 0 || part.Length / (nuint)sizeof(T) > (nuint)Array.MaxLength) throw RowCacheFormat.Damaged();
        return new ReadOnlySpan<T>(part.Start, (int)(part.Length / (nuint)sizeof(T))).ToArray();
    }
}
