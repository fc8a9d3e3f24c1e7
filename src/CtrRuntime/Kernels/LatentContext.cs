using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// A context of kinds with one latent vector a feature: S = Σ x v over its features, in double. A candidate's pairs with it are Σ x_j &lt;v_j, S&gt;.
/// Error: all in double; n · 2⁻⁵³ of the magnitudes. Cost: a load, two conversions and two fused multiply-adds a feature and register.
/// </summary>
internal static unsafe class LatentContext<TOps, TVector, TWide, TWeights>
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
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

    /// <summary>Adds to the sum of each row its pairs with S.</summary>
    public static void AddPairs(in WeightTable weights, in RowGroup group, double* sums, double* pairs)
    {
        nuint end = (nuint)weights.Latent, width = (nuint)TOps.Width;
        for (int r = 0; r < group.Rows; r++)
        {
            TWide total = default;
            int start = group.Start(r), rowEnd = start + group.Length(r);
            for (int i = start; i < rowEnd; i++)
            {
                byte* slot = group.Slots[i];
                TWide product = default;
                for (nuint l = 0; l < end; l += width)
                {
                    TWide v = TOps.Widen(TWeights.Load<TOps, TVector, TWide>(slot + (l * (nuint)TWeights.Size)));
                    product = TOps.WideMultiplyAdd(v, Unsafe.ReadUnaligned<TWide>(sums + l), product);
                }

                total = TWeights.IsScaled || group.Values != null
                    ? TOps.WideMultiplyAdd(TOps.WideBroadcast(Factor(weights, group, i)), product, total)
                    : TOps.WideAdd(total, product);
            }

            pairs[r] += TOps.Sum(total);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Factor(in WeightTable weights, in RowGroup group, int feature)
    {
        double factor = group.Values == null ? 1 : group.Values[feature];
        return TWeights.IsScaled ? factor * *(float*)(group.Slots[feature] + weights.ScaleOffset) : factor;
    }
}
