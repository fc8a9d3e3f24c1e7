using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>What of the kernel of field-aware factorization machines depends on vectors and weight type, beside the blocks.</summary>
internal sealed class FfmKernel<TOps, TVector, TWide, TWeights>(FieldBlocks? blocks, FieldSums sums) : FfmKernel(blocks, sums)
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where TWeights : struct, IWeights
{
    protected override double Sum(in WeightTable weights, FeatureList list) => FieldPairs<TOps, TVector, TWide, TWeights>.Sum(weights, list);

    protected override unsafe double SumExtras(in WeightTable weights, in FeatureList extras, FieldSlots* row, float* factors) =>
        FieldPairs<TOps, TVector, TWide, TWeights>.SumExtras(weights, extras, row, factors);

    protected override double SumInDouble(in WeightTable weights, FeatureList list) => FieldPairs<ScalarOps, double, double, TWeights>.Sum(weights, list);
}
