namespace CtrRuntime.Scoring;

/// <summary>Where a context goes.</summary>
internal unsafe struct ContextRequest
{
    /// <summary>The memory, at a multiple of <see cref="ContextHeader.Alignment"/>.</summary>
    public byte* Memory;

    /// <summary>Its bytes, at least <see cref="RowScorer.ContextSize"/>.</summary>
    public nuint Size;

    /// <summary>Receives the number of features that the model does not know, or null.</summary>
    public uint* UnknownCount;

    /// <summary>Memory for rows of more than <see cref="RowScorer.StackFeatures"/> features, or null.</summary>
    public byte* Scratch;

    /// <summary>Bytes of <see cref="Scratch"/>.</summary>
    public nuint ScratchSize;
}
