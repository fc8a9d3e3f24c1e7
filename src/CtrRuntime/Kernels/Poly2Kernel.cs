using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Logistic regression with a weight for every pair: <see cref="PairGather{TOps, TVector, TWide, TWeights}"/> says how.</summary>
internal sealed unsafe class Poly2Kernel<TOps, TVector, TWide, TWeights> : Kernel
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where TWeights : struct, IWeights
{
    public override int GroupRows(in WeightTable weights) => 1;

    public override nuint MemoryFor(in WeightTable weights, int features) => PairGather<TOps, TVector, TWide, TWeights>.MemoryFor(features);

    public override nuint ScratchFor(int features) => PairGather<TOps, TVector, TWide, TWeights>.Scratch;

    public override void Arrange(in WeightTable weights, in RowGroup group) => PairGather<TOps, TVector, TWide, TWeights>.Arrange(weights, group);

    public override void AskForFirst(in WeightTable weights, in RowGroup group) => PairGather<TOps, TVector, TWide, TWeights>.AskForFirst(weights, group);

    public override void Pairs(in WeightTable weights, in RowGroup group, in RowGroup next, double* pairs, byte* scratch) =>
        PairGather<TOps, TVector, TWide, TWeights>.Pairs(weights, group, next, pairs, scratch);

    public override nuint ContextSize(in WeightTable weights, int count) => PairGather<TOps, TVector, TWide, TWeights>.ContextSize(count);

    public override void Prepare(in WeightTable weights, in RowGroup group, in KernelContext context, byte* scratch) =>
        PairGather<TOps, TVector, TWide, TWeights>.Prepare(group, context);

    public override bool IsSound(in WeightTable weights, in KernelContext context) => true;

    public override void CandidatePairs(in WeightTable weights, in KernelContext context, in RowGroup group, in RowGroup next, double* pairs, byte* scratch)
    {
        Pairs(weights, group, next, pairs, scratch);
        *pairs += PairGather<TOps, TVector, TWide, TWeights>.ContextPairs(weights, context, group, scratch);
    }
}
