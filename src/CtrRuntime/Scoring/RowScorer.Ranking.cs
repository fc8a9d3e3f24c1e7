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
    public nuint ContextSize(uint features) => ContextHeader.Bytes + _kernel.ContextSize(_weights, (int)Math.Min(features, MaxFeatures));

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
            && _kernel.IsSound(_weights, KernelPart(memory));
    }

    private static KernelContext KernelPart(byte* context) =>
        new() { Memory = context + ContextHeader.Bytes, Count = (int)((ContextHeader*)context)->Count };

    /// <summary>Writes a context, whose pairs have been summed.</summary>
    private void WriteContext(in ScoreRequest request, in RowGroup group, double pairs, byte* scratch)
    {
        *(ContextHeader*)request.NewContext = new ContextHeader
        {
            Magic = ContextHeader.OurMagic,
            Model = Id,
            Size = ContextSize((uint)group.Count),
            Linear = LinearSum.Of(group.Weights, group.Values, group.Count),
            SumOfSquares = _norm.IsNone ? 0 : SumOfSquares(group, 0, group.Count),
            Pairs = pairs,
            Count = (uint)group.Count,
        };
        _kernel.Prepare(_weights, group, KernelPart(request.NewContext), scratch);
        if (request.UnknownCounts != null) *request.UnknownCounts = GroupSlots.CountUnknown(group, 0, group.Count);
    }
}
