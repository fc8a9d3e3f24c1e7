using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// Sums over the latent vectors of some features, one register width of each vector at a time.
/// <para>
/// u = 2⁻²⁴ is a float's rounding error. Float sums have at most <see cref="Block"/> terms, which leaves a block's sum of
/// rounded products x v within 7u of the sum of its magnitudes; anything longer is added up in double, whose error (n · 2⁻⁵³)
/// does not count here. A product of two such sums is therefore within 14u of its magnitudes, and the budget is 16u = 2⁻²⁰; a rounded factor
/// (value times scale) adds 1u a side.
/// An x v that underflows a float adds at most 2⁻¹⁵⁰ times what it is multiplied by.
/// </para>
/// </summary>
internal static unsafe class LatentSums<TOps, TVector, TWide, TWeights>
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where TWeights : struct, IWeights
{
    /// <summary>Most terms of a float sum.</summary>
    private const int Block = 7;

    /// <summary>
    /// Σ x v over the features from <paramref name="first"/> to before <paramref name="end"/>, v at <paramref name="offset"/> bytes into the slot.
    /// Error: 7u of Σ|x v|, 8u with a scale. Cost: a load, a multiplication and an addition a feature.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TWide Sum(in FeatureList list, int first, int end, nuint offset)
    {
        TWide total = default;
        while (first < end)
        {
            TVector sum = Scaled(list, first, offset);
            for (int blockEnd = Math.Min(first + Block, end); ++first < blockEnd;) sum = TOps.Add(sum, Scaled(list, first, offset));
            total = TOps.WideAdd(total, TOps.Widen(sum));
        }

        return total;
    }

    /// <summary>
    /// Σ_{i&lt;j} (x_i v_i)∘(x_j v_j) over such features: each x v is multiplied by the sum of those before
    /// it. The usual ½((Σ x v)² − Σ(x v)²) subtracts nearly equal numbers and has no bound in terms of the products.
    /// Inside a block in float: the j-th of a block (j ≥ 3) collects 1u for x v, (j−1)u for the sum before it, 1u for the product and
    /// (8−j)u for adding up, 9u in all. Between blocks 14u, as above.
    /// Cost: a load, two multiplications and two additions a feature.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TWide Pairs(in FeatureList list, int first, int end, nuint offset)
    {
        TWide pairs = default, total = default;
        while (first < end)
        {
            TVector sum = default, products = default;
            for (int blockEnd = Math.Min(first + Block, end); first < blockEnd; first++)
            {
                TVector scaled = Scaled(list, first, offset);
                products = TOps.MultiplyAdd(scaled, sum, products);
                sum = TOps.Add(sum, scaled);
            }

            TWide wide = TOps.Widen(sum);
            pairs = TOps.WideAdd(pairs, TOps.Widen(products));
            pairs = TOps.WideMultiplyAdd(wide, total, pairs);
            total = TOps.WideAdd(total, wide);
        }

        return pairs;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Scaled(in FeatureList list, int feature, nuint offset) =>
        TOps.Multiply(TOps.Factor(list.Rounded + feature, list.Exact + feature), TWeights.Load<TOps, TVector, TWide>(list.Slots[feature] + offset));
}
