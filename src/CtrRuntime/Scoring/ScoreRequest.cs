namespace CtrRuntime.Scoring;

/// <summary>
/// What a caller wants of a batch, and where: scores of whole rows; of the candidates of a context, all scores or the best; or a context, which the one row
/// becomes.
/// </summary>
internal unsafe struct ScoreRequest
{
    /// <summary>One float per row; with <see cref="Top"/> above 0 as many, or one per row where those are fewer.</summary>
    public float* Output;

    /// <summary>Logits instead of scores.</summary>
    public bool Logits;

    /// <summary>Receives the logits unrounded, in place of <see cref="Output"/>; null for those who need no more than a float.</summary>
    public double* ExactLogits;

    /// <summary>The number of features of each row that the model does not know, or null.</summary>
    public uint* UnknownCounts;

    /// <summary>Memory for rows of more than <see cref="RowScorer.StackFeatures"/> features, or null.</summary>
    public byte* Scratch;

    /// <summary>Bytes of <see cref="Scratch"/>.</summary>
    public nuint ScratchSize;

    /// <summary>A context that the rows are candidates of; null: they are whole.</summary>
    public byte* Context;

    /// <summary>0: the scores of all rows, in their order. Above: only the best, best first.</summary>
    public ulong Top;

    /// <summary>With <see cref="Top"/> above 0, receives the numbers of the rows whose scores are put out.</summary>
    public ulong* Indices;

    /// <summary>Where the context goes that the one row becomes, in place of a score: <see cref="RowScorer.ContextSize"/> bytes at a multiple of <see cref="ContextHeader.Alignment"/>; or null.</summary>
    public byte* NewContext;

    /// <summary>Whether a score for each row is all that is wanted: the usual case.</summary>
    public readonly bool WantsScoresOnly => ExactLogits == null && UnknownCounts == null && Top == 0 && NewContext == null;
}

/// <summary>Which row, and which of its features, a batch was refused for.</summary>
internal struct RowError
{
    /// <summary>The reason.</summary>
    public CtrStatus Status;

    /// <summary>The row.</summary>
    public ulong Row;

    /// <summary>The feature's place in the row, where the reason is a feature.</summary>
    public ulong Feature;

    /// <summary>The offending number: a field, the bits of a value, or a count of features.</summary>
    public ulong Found;
}
