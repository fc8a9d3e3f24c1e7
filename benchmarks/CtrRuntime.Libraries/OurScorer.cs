namespace CtrRuntime.Libraries;

/// <summary>Rows through this library's public C# API, which looks the keys up in the model's index.</summary>
internal sealed class OurScorer
{
    private readonly CtrModel _model;
    private readonly ulong[] _keys, _offsets;
    private readonly uint[] _fields;
    private readonly int _batch;

    /// <summary>A scorer of batches of so many rows.</summary>
    public OurScorer(CtrModel model, SharedWeights weights, Rows rows, int batch)
    {
        _model = model;
        _batch = batch;
        _keys = [.. rows.Slots.Select(slot => weights.Keys[slot])];
        _offsets = [.. Enumerable.Range(0, batch + 1).Select(row => (ulong)(row * Rows.Fields))];
        _fields = [.. Enumerable.Range(0, batch * Rows.Fields).Select(i => (uint)(i % Rows.Fields))];
    }

    /// <summary>Scores all rows.</summary>
    public void Score(float[] scores)
    {
        for (int first = 0; first < Rows.Count; first += _batch)
            _model.Score(_offsets, _fields, _keys.AsSpan(first * Rows.Fields, _batch * Rows.Fields), [], scores.AsSpan(first, _batch));
    }
}
