using Microsoft.ML.OnnxRuntime;

namespace CtrRuntime.Libraries;

/// <summary>Rows through ONNX Runtime: one thread, and every buffer bound once. Features come as numbers of slots: there is nothing to look up.</summary>
internal sealed class OnnxScorer : IDisposable
{
    private static readonly string[] InputNames = [OnnxGraph.Features], OutputNames = [OnnxGraph.Scores];

    private readonly SessionOptions _options = new()
    {
        IntraOpNumThreads = 1,
        InterOpNumThreads = 1,
        ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
        GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
        LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
    };

    private readonly InferenceSession _session;
    private readonly RunOptions _run = new();
    private readonly OrtValue[][] _inputs, _outputs;
    private readonly float[] _scores = new float[Rows.Count];

    /// <summary>A scorer of batches of so many rows.</summary>
    public OnnxScorer(SharedWeights weights, Rows rows, int batch)
    {
        _session = new InferenceSession(OnnxGraph.Of(weights, batch, Rows.Fields), _options);
        _inputs = [.. Firsts(batch).Select(first => Bound(rows.Slots.AsMemory(first * Rows.Fields, batch * Rows.Fields), batch, Rows.Fields))];
        _outputs = [.. Firsts(batch).Select(first => Bound(_scores.AsMemory(first, batch), batch, 1))];
    }

    /// <summary>Scores all rows.</summary>
    public void Score(float[] scores)
    {
        for (int i = 0; i < _inputs.Length; i++) _session.Run(_run, InputNames, _inputs[i], OutputNames, _outputs[i]);
        _scores.CopyTo(scores, 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (OrtValue[] values in _inputs.Concat(_outputs)) values[0].Dispose();
        _session.Dispose();
        _run.Dispose();
        _options.Dispose();
    }

    private static IEnumerable<int> Firsts(int batch) => Enumerable.Range(0, Rows.Count / batch).Select(i => i * batch);

    private static OrtValue[] Bound<T>(Memory<T> memory, int rows, int columns)
        where T : unmanaged =>
        [OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, memory, [rows, columns])];
}
