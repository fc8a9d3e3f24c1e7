using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Factorization machines, and matrix factorization: <see cref="FmTree{TOps, TVector, TWide, TWeights}"/> says how.</summary>
internal sealed unsafe class FmKernel<TOps, TVector, TWide, TWeights> : Kernel
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where TWeights : struct, IWeights
{
    public override void Arrange(in WeightTable weights, in RowGroup group)
    {
        if (!weights.IsSmall) LineFetch.AskForSlots(group.Slots, group.Slots + group.Count, weights.Stride);
    }

    public override void Pairs(in WeightTable weights, in RowGroup group, in RowGroup next, double* pairs, byte* scratch) =>
        FmTree<TOps, TVector, TWide, TWeights>.Pairs(weights, group, null, pairs);

    public override nuint ContextSize(in WeightTable weights, int count) => (nuint)weights.Latent * sizeof(double);

    public override void Prepare(in WeightTable weights, in RowGroup group, in KernelContext context, byte* scratch) =>
        LatentContext<TWeights>.Write(weights, group, (double*)context.Memory);

    public override bool IsSound(in WeightTable weights, in KernelContext context) => true;

    public override void CandidatePairs(in WeightTable weights, in KernelContext context, in RowGroup group, in RowGroup next, double* pairs, byte* scratch) =>
        FmTree<TOps, TVector, TWide, TWeights>.Pairs(weights, group, (double*)context.Memory, pairs);
}
