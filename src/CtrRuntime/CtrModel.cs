using System.Text;
using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Scoring;

namespace CtrRuntime;

/// <summary>
/// An opened model: immutable, shared by any number of threads, scoring without allocating. Dispose it when no thread uses it any more:
/// a call on a disposed model throws, but disposing during a call is the caller's error.
/// </summary>
/// <example>
/// <code>
/// using var model = CtrModel.Open("model.ctr");
/// float[] scores = new float[1];
/// model.Score(offsets: [0, 2], fields: [0, 1], keys: [17, 42], values: [], scores);
/// </code>
/// </example>
public sealed unsafe partial class CtrModel : IDisposable
{
    private readonly ModelFile _file;
    private readonly RowScorer _scorer;
    private bool _disposed;

    private CtrModel(ModelFile file, KernelLevel level)
    {
        _file = file;
        _scorer = new RowScorer(
            file.Kind, level, file.Header.FieldCount, file.Index, file.Weights, file.Header.Norm, (Link)file.Header.Link);
        Encoder = new SchemaEncoder(file.Schema);
        Info = new CtrModelInfo(
            file.Kind.Name,
            (int)file.Header.Latent,
            (int)file.Header.FieldCount,
            (long)file.Header.SlotCount,
            (int)file.Header.SlotStride,
            file.Weights.Type,
            (long)file.Header.FileLength,
            file.Schema.Keys,
            file.Index.Kind,
            (Link)file.Header.Link,
            file.Header.Bias,
            level,
            file.Header.Major,
            file.Header.Minor);
    }

    /// <summary>What the model is.</summary>
    public CtrModelInfo Info { get; }

    /// <summary>The fields, and what keys are.</summary>
    public Schema Schema => _file.Schema;

    /// <summary>Turns raw values into features.</summary>
    public SchemaEncoder Encoder { get; }

    /// <summary>The file, for those who show or check it.</summary>
    internal ModelFile File => _file;

    /// <summary>Opens a model file.</summary>
    /// <exception cref="CtrException">The file cannot be read, is refused, or the level is not available; the message starts with the path.</exception>
    public static CtrModel Open(string path, CtrOpenOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        options ??= new CtrOpenOptions();
        KernelLevel level = KernelLevels.Resolve(options.Level);
        ModelMemory memory = ModelMemory.Open(path, options.Mode);
        try
        {
            return Open(memory, level, options);
        }
        catch (CtrException e)
        {
            throw new CtrException(e.Status, $"{path}: {e.Message}", e);
        }
    }

    /// <summary>Opens a model from memory, which is copied.</summary>
    /// <exception cref="CtrException">The model is refused, or the level is not available.</exception>
    public static CtrModel Open(ReadOnlySpan<byte> bytes, CtrOpenOptions? options = null)
    {
        options ??= new CtrOpenOptions();
        KernelLevel level = KernelLevels.Resolve(options.Level);
        return Open(ModelMemory.CopyOf(bytes), level, options);
    }

    /// <summary>Opens a model from native memory, which is copied and may be more than a span holds.</summary>
    internal static CtrModel Open(byte* bytes, nuint size, CtrOpenOptions options)
    {
        KernelLevel level = KernelLevels.Resolve(options.Level);
        return Open(ModelMemory.CopyOf(bytes, size), level, options);
    }

    /// <summary>
    /// Scores rows in CSR form: row r has the features offsets[r] .. offsets[r+1].
    /// </summary>
    /// <param name="offsets">One more than there are rows, not decreasing.</param>
    /// <param name="fields">The field of each feature. Empty when every row has exactly one feature per field, in field order, or the kind ignores fields.</param>
    /// <param name="keys">The key of each feature.</param>
    /// <param name="values">The value of each feature; empty for all 1.</param>
    /// <param name="scores">Receives one score per row.</param>
    /// <param name="logits">Logits instead of scores.</param>
    /// <param name="unknown">Receives the number of unknown features of each row; empty when nobody asks.</param>
    /// <exception cref="ArgumentException">Lengths contradict each other.</exception>
    /// <exception cref="CtrException">A row is refused; nothing has been written.</exception>
    public void Score(
        ReadOnlySpan<ulong> offsets,
        ReadOnlySpan<uint> fields,
        ReadOnlySpan<ulong> keys,
        ReadOnlySpan<float> values,
        Span<float> scores,
        bool logits = false,
        Span<uint> unknown = default)
    {
        if (offsets.Length != scores.Length + 1) throw new ArgumentException("one offset more than scores is needed", nameof(offsets));
        CheckLengths(offsets, fields, keys, values);
        if (!unknown.IsEmpty && unknown.Length != scores.Length) throw new ArgumentException("one count per row is needed, or none", nameof(unknown));

        fixed (ulong* offsetsAt = offsets, keysAt = keys)
        fixed (uint* fieldsAt = fields, unknownAt = unknown)
        fixed (float* valuesAt = values, scoresAt = scores)
        {
            var rows = new RowBatch { Rows = (ulong)scores.Length, Offsets = offsetsAt, Fields = fieldsAt, Keys = keysAt, Values = valuesAt };
            var request = new ScoreRequest { Output = scoresAt, Logits = logits, UnknownCounts = unknownAt };
            Score(rows, request);
        }
    }

    /// <summary>The key of a text value of a field.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.UnknownField"/>, or <see cref="CtrStatus.FieldValue"/> when ids are integers and the text is none.</exception>
    public ulong Key(int field, ReadOnlySpan<byte> utf8)
    {
        if ((uint)field >= (uint)Info.FieldCount) throw new CtrException(CtrStatus.UnknownField, $"field {field} of {Info.FieldCount}");
        return Encoder.Key((uint)field, utf8);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _disposed = true;
        _file.Dispose();
    }

    /// <summary>Bytes of scratch memory for rows of up to <paramref name="longestRow"/> features; 0 up to 512.</summary>
    internal static nuint ScratchSize(ulong longestRow) => RowScorer.ScratchSize(longestRow);

    /// <summary>Scores a batch, ranks candidates or prepares a context; a refusal is a status, and nothing has been written. Allocates nothing.</summary>
    internal CtrStatus Score(in RowBatch rows, in ScoreRequest request, ref RowError error) => _scorer.Score(rows, request, ref error);

    /// <summary>Scores a batch, with scratch memory of its own where a row is long; a refusal is an exception.</summary>
    internal void Score(in RowBatch rows, in ScoreRequest request)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        var error = new RowError();
        CtrStatus status = _scorer.Score(rows, request, ref error);
        if (status == CtrStatus.RowTooLong && request.Scratch == null)
        {
            var scratch = new byte[ScratchSize(Longest(rows))];
            fixed (byte* at = scratch)
            {
                ScoreRequest withScratch = request;
                withScratch.Scratch = at;
                withScratch.ScratchSize = (nuint)scratch.Length;
                status = _scorer.Score(rows, withScratch, ref error);
            }
        }

        if (status != CtrStatus.Ok) throw new CtrException(status, Describe(error));
    }

    /// <summary>A refused row in words.</summary>
    internal string Describe(in RowError error) => error.Status switch
    {
        CtrStatus.RowOffsets => $"row {error.Row}: it ends at offset {error.Found}, before it starts",
        CtrStatus.RowTooLong when error.Found > uint.MaxValue => $"row {error.Row}: {error.Found} features are more than any row can have",
        CtrStatus.RowTooLong => $"row {error.Row}: {error.Found} features need scratch memory of {ScratchSize(error.Found)} bytes",
        CtrStatus.RowFieldsMissing => $"row {error.Row}: {error.Found} features without field numbers; the model has {Info.FieldCount} fields",
        CtrStatus.RowField => $"row {error.Row}, feature {error.Feature}: field {error.Found} of {Info.FieldCount}",
        CtrStatus.RowValue =>
            $"row {error.Row}, feature {error.Feature}: the value {BitConverter.UInt32BitsToSingle((uint)error.Found)} is not finite",
        _ => "offsets or keys are null",
    };

    private static ulong Longest(in RowBatch rows)
    {
        ulong longest = 0;
        for (ulong r = 0; r < rows.Rows; r++)
        {
            // Rows behind a refused one are not checked yet: their offsets may still decrease.
            if (rows.Offsets[r + 1] > rows.Offsets[r]) longest = Math.Max(longest, rows.Offsets[r + 1] - rows.Offsets[r]);
        }

        return longest;
    }

    private static void CheckLengths(ReadOnlySpan<ulong> offsets, ReadOnlySpan<uint> fields, ReadOnlySpan<ulong> keys, ReadOnlySpan<float> values)
    {
        if (offsets[^1] > (ulong)keys.Length) throw new ArgumentException("the last offset is beyond the keys", nameof(offsets));
        if (!fields.IsEmpty && fields.Length != keys.Length) throw new ArgumentException("one field per key is needed, or none", nameof(fields));
        if (!values.IsEmpty && values.Length != keys.Length) throw new ArgumentException("one value per key is needed, or none", nameof(values));
        foreach (ulong offset in offsets)
        {
            if (offset > (ulong)keys.Length) throw new ArgumentException("an offset is beyond the keys", nameof(offsets));
        }
    }

    private static CtrModel Open(ModelMemory memory, KernelLevel level, CtrOpenOptions options)
    {
        ModelFile file = ModelFile.Parse(memory, options.VerifyAll, options.Admit);
        try
        {
            var model = new CtrModel(file, level);
            model.CheckGoldenRows();
            return model;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private void CheckGoldenRows()
    {
        GoldenRows golden = _file.Golden;
        for (int row = 0; row < golden.Count; row++)
        {
            double logit = _scorer.Logit(golden.Read());
            if (!golden.Agrees(logit))
                throw new CtrException(CtrStatus.ModelGoldenRows, $"golden row {row} scores {logit:R}, recorded is {golden.Logit:R}");
        }

        golden.End();
    }
}
