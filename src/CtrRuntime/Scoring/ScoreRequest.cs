namespace CtrRuntime.Scoring;

/// <summary>What a caller wants of a batch, and where.</summary>
internal unsafe struct ScoreRequest
{
    /// <summary>One float per row.</summary>
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
