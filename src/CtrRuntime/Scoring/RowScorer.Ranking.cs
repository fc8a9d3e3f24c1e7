using System.Diagnostics;
using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Scoring;

/// <content>
/// Ranking: a row of two parts, of which many candidates share one, the context. Linear sum, Σx² and pairs of the context are computed once; a candidate adds
/// its own linear terms, its Σx², its pairs and its pairs with the context. Candidates go the way that rows go.
/// </content>
internal sealed unsafe partial class RowScorer
{
    // Contexts are memory of the caller's, and may come from another run of the program: the numbers of this process start anywhere.
    private static readonly ulong FirstId = KeyMix.Of((ulong)Stopwatch.GetTimestamp()) ^ (ulong)Environment.ProcessId;
    private static ulong s_ids;

    /// <summary>Tells the scorers of a process apart: a context is good for the one that prepared it.</summary>
    public ulong Id { get; } = FirstId + Interlocked.Increment(ref s_ids);

    /// <summary>Bytes of a context of up to <paramref name="features"/> features.</summary>
    public nuint ContextSize(uint features) => ContextHeader.Bytes + _kernel.ContextSize(weights, (int)Math.Min(features, MaxFeatures));

    /// <summary>
    /// Prepares a context. The row is checked first: on a refusal nothing is written. The memory is large enough and aligned; the batch has one row.
    /// </summary>
    public CtrStatus Prepare(in RowBatch rows, in ContextRequest request, ref RowError error)
    {
        CtrStatus status = RowCheck.Check(rows, kind.UsesFields, fieldCount, Capacity(request.Scratch, request.ScratchSize), ref error, out int longest);
        if (status == CtrStatus.Ok) ScoreChecked(rows, new RankRequest { Score = new ScoreRequest { Scratch = request.Scratch }, Prepare = request.Memory, UnknownCount = request.UnknownCount }, longest);
        return status;
    }

    /// <summary>Whether memory holds a context that this scorer has prepared, or anything that it can rank with unharmed.</summary>
    public bool IsContext(byte* memory, nuint size)
    {
        if (size < ContextHeader.Bytes) return false;
        var header = (ContextHeader*)memory;
        return header->Magic == ContextHeader.OurMagic
            && header->Model == Id
            && header->Count <= MaxFeatures
            && header->Size <= size
            && header->Size == ContextSize(header->Count)
            && _kernel.IsSound(weights, KernelPart(memory));
    }

    /// <summary>Scores the candidates of a context. The batch is checked first: on a refusal nothing is written. The context is one.</summary>
    public CtrStatus Rank(in RowBatch candidates, in RankRequest request, ref RowError error)
    {
        ulong capacity = Capacity(request.Score.Scratch, request.Score.ScratchSize);
        CtrStatus status = RowCheck.Check(candidates, kind.UsesFields, fieldCount, capacity, ref error, out int longest);
        if (status == CtrStatus.Ok && candidates.Rows > 0) ScoreChecked(candidates, request, longest);
        return status;
    }

    private static KernelContext KernelPart(byte* context) =>
        new() { Memory = context + ContextHeader.Bytes, Count = (int)((ContextHeader*)context)->Count };

    /// <summary>Writes a context, whose pairs have been summed.</summary>
    private void WriteContext(in RankRequest request, in RowGroup group, double pairs, byte* scratch)
    {
        *(ContextHeader*)request.Prepare = new ContextHeader
        {
            Magic = ContextHeader.OurMagic,
            Model = Id,
            Size = ContextSize((uint)group.Count),
            Linear = LinearSum.Of(group.Weights, group.Values, group.Count),
            SumOfSquares = norm.IsNone ? 0 : SumOfSquares(group, 0, group.Count),
            Pairs = pairs,
            Count = (uint)group.Count,
        };
        _kernel.Prepare(weights, group, KernelPart(request.Prepare), scratch);
        if (request.UnknownCount != null) *request.UnknownCount = GroupSlots.CountUnknown(group, 0, group.Count);
    }
}
