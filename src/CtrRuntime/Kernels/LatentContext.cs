using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// A context of kinds with one latent vector a feature: S = Σ x v over its features, in double. A candidate's pairs with it are &lt;S, Σ x v of the
/// candidate&gt;, whose second sum is the root of the tree of the candidate's own pairs: <see cref="FmTree{TOps, TVector, TWide, TWeights}"/>.
/// </summary>
internal static unsafe class LatentContext<TWeights>
    where TWeights : struct, IWeights
{
    /// <summary>Writes S of a row.</summary>
    public static void Write(in WeightTable weights, in RowGroup group, double* sums)
    {
        for (nuint l = 0; l < (nuint)weights.Latent; l++)
        {
            double sum = 0;
            for (int i = 0; i < group.Count; i++)
                sum += Factor(weights, group, i) * TWeights.Load<ScalarOps, double, double>(group.Slots[i] + (l * (nuint)TWeights.Size));
            sums[l] = sum;
        }
    }

    private static double Factor(in WeightTable weights, in RowGroup group, int feature)
    {
        double factor = group.Values == null ? 1 : group.Values[feature];
        return TWeights.IsScaled ? factor * *(float*)(group.Slots[feature] + weights.ScaleOffset) : factor;
    }
}
