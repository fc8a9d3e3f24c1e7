namespace CtrRuntime.Native.Tests;

/// <summary>A model that was opened through the library, closed at the end of a test.</summary>
internal sealed unsafe class NativeModel(CtrLibrary library, nint handle) : IDisposable
{
    /// <summary>What <c>ctr_model*</c> is.</summary>
    public nint Handle => handle;

    /// <summary>Whose model it is.</summary>
    public CtrLibrary Library => library;

    /// <summary>Scores a batch into <paramref name="scores"/>.</summary>
    public CtrStatus Score(Batch batch, float[] scores, bool logits = false, uint[]? unknown = null, byte[]? scratch = null)
    {
        fixed (ulong* offsets = batch.Offsets, keys = batch.Keys)
        fixed (uint* fields = batch.Fields, counts = unknown)
        fixed (float* values = batch.Values, output = scores)
        fixed (byte* memory = scratch)
        {
            var rows = new NativeRows
            {
                StructSize = (uint)sizeof(NativeRows),
                RowCount = (ulong)batch.Rows,
                Offsets = offsets,
                Fields = fields,
                Keys = keys,
                Values = values,
            };
            var options = new NativeScoreOptions
            {
                StructSize = (uint)sizeof(NativeScoreOptions),
                Output = logits ? 1u : 0,
                UnknownCounts = counts,
                Scratch = memory,
                ScratchSize = (ulong)(scratch?.Length ?? 0),
            };
            return library.Score(handle, &rows, &options, output);
        }
    }

    /// <summary>The scores of a sound batch.</summary>
    public float[] Score(Batch batch, bool logits = false)
    {
        var scores = new float[batch.Rows];
        Assert.Equal(CtrStatus.Ok, Score(batch, scores, logits));
        return scores;
    }

    /// <inheritdoc/>
    public void Dispose() => Assert.Equal(CtrStatus.Ok, library.ModelClose(handle));
}
