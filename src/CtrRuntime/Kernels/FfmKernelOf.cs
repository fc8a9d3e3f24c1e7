using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>What of the kernel of field-aware factorization machines depends on vectors and weight type, beside the blocks.</summary>
internal sealed class FfmKernel<TOps, TVector, TWide, TWeights>(FieldBlocks? blocks) : FfmKernel(blocks)
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where TWeights : struct, IWeights
{
    protected override double Sum(in WeightTable weights, FeatureList list) => FieldPairs<TOps, TVector, TWide, TWeights>.Sum(weights, list);

    protected override double SumFrom(in WeightTable weights, in FeatureList list, int first) =>
        FieldPairs<TOps, TVector, TWide, TWeights>.From(weights, list, first);

    protected override double SumInDouble(in WeightTable weights, FeatureList list) => FieldPairs<ScalarOps, double, double, TWeights>.Sum(weights, list);
}
