namespace CtrRuntime.Scoring;

/// <summary>What a caller wants of the candidates of a context.</summary>
internal unsafe struct RankRequest
{
    /// <summary>A context, by <see cref="RowScorer.Prepare"/>; null: rows are whole.</summary>
    public byte* Context;

    /// <summary>Not to rank but to prepare: where the context goes that the one row becomes; else null.</summary>
    public byte* Prepare;

    /// <summary>When preparing, receives the number of unknown features, or null.</summary>
    public uint* UnknownCount;

    /// <summary>Bytes of the memory that it is in.</summary>
    public nuint ContextSize;

    /// <summary>As for scoring. With <see cref="Top"/> above 0 the output has room for as many scores, or one per candidate where those are fewer.</summary>
    public ScoreRequest Score;

    /// <summary>0: the scores of all candidates, in their order. Above: only the best, best first.</summary>
    public ulong Top;

    /// <summary>With <see cref="Top"/> above 0, receives the numbers of the candidates whose scores are put out.</summary>
    public ulong* Indices;
}
