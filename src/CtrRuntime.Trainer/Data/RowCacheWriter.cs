using System.IO.Hashing;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Output;

namespace CtrRuntime.Trainer.Data;

/// <summary>Writes the file of a <see cref="RowCache"/> (<see cref="RowCacheFormat"/>), beside its target and then renamed.</summary>
internal sealed unsafe class RowCacheWriter
{
    private const int Chunk = 1 << 24;

    private readonly Stream _stream;
    private readonly XxHash3 _checksum = new();
    private ulong _written;

    private RowCacheWriter(Stream stream) => _stream = stream;

    /// <summary>Writes a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">Its key.</param>
    /// <param name="data">The rows.</param>
    /// <param name="warnings">What is to be said whenever they are used.</param>
    /// <exception cref="CtrException"><see cref="CtrStatus.Io"/>: the file cannot be written; an older one is as it was.</exception>
    public static void Write(string path, byte[] key, TrainingData data, IReadOnlyCollection<string> warnings) =>
        AtomicFile.Write(path, stream => new RowCacheWriter(stream).Write(key, data, warnings));

    private void Write(byte[] key, TrainingData data, IReadOnlyCollection<string> warnings)
    {
        byte[] description = Description(data, warnings), schema = SchemaSection.Write(data.Schema), names = FeatureNames.Write(data.FeatureNames);
        fixed (byte* descriptionBytes = description, schemaBytes = schema, nameBytes = names)
        fixed (double* counts = data.Counts)
        fixed (ulong* slotKeys = data.SlotKeys)
        {
            var parts = new NativePart[RowCacheFormat.Parts];
            parts[RowCacheFormat.Description] = new(descriptionBytes, (nuint)description.Length);
            parts[RowCacheFormat.Schema] = new(schemaBytes, (nuint)schema.Length);
            parts[RowCacheFormat.Names] = new(nameBytes, (nuint)names.Length);
            parts[RowCacheFormat.Counts] = new(counts, (nuint)data.Counts.Length * sizeof(double));
            parts[RowCacheFormat.SlotKeys] = new(slotKeys, (nuint)data.SlotKeys.Length * sizeof(ulong));
            data.Rows.ArrayParts().CopyTo(parts, RowCacheFormat.TrainingRows);
            data.Validation?.ArrayParts().CopyTo(parts, RowCacheFormat.ValidationRows);
            Put(RowCacheFormat.Write(key, Array.ConvertAll(parts, part => (ulong)part.Length)));
            foreach (NativePart part in parts)
            {
                Pad();
                for (nuint done = 0; done < part.Length; done += Chunk)
                    Put(new(part.Start + done, (int)Math.Min(Chunk, part.Length - done)));
            }

            Pad();
            _stream.Write(RowCacheFormat.ChecksumBytes(_checksum.GetCurrentHashAsUInt64()));
        }
    }

    private static byte[] Description(TrainingData data, IReadOnlyCollection<string> warnings)
    {
        var writer = new SectionWriter();
        writer.U32((uint)data.Schema.Fields.Count);
        writer.U32((uint)warnings.Count);
        foreach (string warning in warnings) writer.Text(warning);
        return writer.ToArray();
    }

    private void Pad() => Put(new byte[RowCacheFormat.Place(_written) - _written]);

    private void Put(ReadOnlySpan<byte> bytes)
    {
        _checksum.Append(bytes);
        _stream.Write(bytes);
        _written += (ulong)bytes.Length;
    }
}
