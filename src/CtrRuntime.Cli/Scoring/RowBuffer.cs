using System.Diagnostics;
using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Scoring;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Cli.Scoring;

/// <summary>A batch of examples in CSR form, filled from a reader and scored in one call. Used again and again.</summary>
internal sealed unsafe class RowBuffer
{
    /// <summary>Rows of a full batch.</summary>
    public const int MaxRows = 4096;

    // Long rows end a batch early, so that memory stays bounded by the longest row.
    private const int MaxFeatures = 1 << 18;

    private readonly Example _example = new();
    private readonly ulong[] _offsets = new ulong[MaxRows + 1];
    private readonly long[] _lines = new long[MaxRows];
    private readonly uint[] _unknown = new uint[MaxRows];
    private uint[] _fields = new uint[1024];
    private ulong[] _keys = new ulong[1024];
    private float[] _values = new float[1024];
    private byte[] _scratch = [];

    /// <summary>Scores, valid up to <see cref="Rows"/> once scored.</summary>
    public float[] Scores { get; } = new float[MaxRows];

    /// <summary>Labels, valid up to <see cref="Rows"/> where examples have them.</summary>
    public float[] Labels { get; } = new float[MaxRows];

    /// <summary>Weights, valid up to <see cref="Rows"/>.</summary>
    public float[] Weights { get; } = new float[MaxRows];

    /// <summary>Number of rows.</summary>
    public int Rows { get; private set; }

    /// <summary>Number of features of all rows.</summary>
    public int Features { get; private set; }

    /// <summary>How many of them the model does not know, once scored.</summary>
    public long Unknown { get; private set; }

    /// <summary>How long scoring them took, on one thread.</summary>
    public TimeSpan Time { get; private set; }

    /// <summary>Replaces the content by the reader's next rows; false when there are none.</summary>
    public bool Fill(ExampleReader reader)
    {
        Rows = 0;
        Features = 0;
        Unknown = 0;
        while (Rows < MaxRows && Features < MaxFeatures && reader.Read(_example)) Append(reader.Line);
        return Rows > 0;
    }

    /// <summary>Replaces the content by golden rows, again and again until the batch is full.</summary>
    public void Fill(IReadOnlyList<GoldenRow> rows)
    {
        Rows = 0;
        Features = 0;
        Unknown = 0;
        while (rows.Count > 0 && Rows < MaxRows && Features < MaxFeatures)
        {
            var row = rows[Rows % rows.Count];
            _example.Clear();
            for (int i = 0; i < row.Keys.Length; i++) _example.Add(row.Fields[i], row.Keys[i], row.Values[i]);
            Append(Rows);
        }
    }

    /// <summary>Adds the rows, once scored, to an evaluation.</summary>
    public void AddTo(Evaluation evaluation)
    {
        for (int row = 0; row < Rows; row++) evaluation.Add(Scores[row], Labels[row], Weights[row]);
    }

    /// <summary>Scores all rows.</summary>
    /// <param name="model">The model.</param>
    /// <param name="source">Name of the input, for errors.</param>
    /// <param name="logits">Logits instead of scores.</param>
    public void Score(CtrModel model, string source, bool logits)
    {
        var error = new RowError();
        long start = Stopwatch.GetTimestamp();
        CtrStatus status = Score(model, logits, ref error);
        Time = Stopwatch.GetElapsedTime(start);
        if (status == CtrStatus.RowTooLong)
        {
            _scratch = new byte[CtrModel.ScratchSize(LongestRow())];
            status = Score(model, logits, ref error);
        }

        if (status != CtrStatus.Ok) throw new CtrException(CtrStatus.Data, Describe(model, source, error));
        for (int row = 0; row < Rows; row++) Unknown += _unknown[row];
    }

    private CtrStatus Score(CtrModel model, bool logits, ref RowError error)
    {
        fixed (ulong* offsets = _offsets, keys = _keys)
        fixed (uint* fields = _fields, unknown = _unknown)
        fixed (float* values = _values, scores = Scores)
        fixed (byte* scratch = _scratch)
        {
            var rows = new RowBatch { Rows = (ulong)Rows, Offsets = offsets, Fields = fields, Keys = keys, Values = values };
            var request = new ScoreRequest
            {
                Output = scores,
                Logits = logits,
                UnknownCounts = unknown,
                Scratch = scratch,
                ScratchSize = (nuint)_scratch.Length,
            };
            return model.Score(rows, request, ref error);
        }
    }

    private void Append(long line)
    {
        int count = _example.Count;
        while (Features + count > _keys.Length)
        {
            Array.Resize(ref _fields, _fields.Length * 2);
            Array.Resize(ref _keys, _keys.Length * 2);
            Array.Resize(ref _values, _values.Length * 2);
        }

        Array.Copy(_example.Fields, 0, _fields, Features, count);
        Array.Copy(_example.Keys, 0, _keys, Features, count);
        Array.Copy(_example.Values, 0, _values, Features, count);
        Labels[Rows] = _example.Label;
        Weights[Rows] = _example.Weight;
        _lines[Rows] = line;
        Rows++;
        Features += count;
        _offsets[Rows] = (ulong)Features;
    }

    private ulong LongestRow()
    {
        ulong longest = 0;
        for (int row = 0; row < Rows; row++) longest = Math.Max(longest, _offsets[row + 1] - _offsets[row]);
        return longest;
    }

    private string Describe(CtrModel model, string source, in RowError error)
    {
        // Columns are no longer known here; the feature's place in its row is.
        string what = error.Status == CtrStatus.RowField
            ? $"field {error.Found} of feature {error.Feature + 1} is not in the model, which has {model.Info.FieldCount} fields"
            : model.Describe(error);
        return $"{source}:{_lines[error.Row]}:1: {what}";
    }
}
