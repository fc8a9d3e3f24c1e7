using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// Sums over the latent vectors of some features, one register width of each vector at a time; FM and FFM are made of them.
/// <para>
/// u = 2⁻²⁴ is a float's rounding error. Float sums have at most <see cref="Block"/> terms, which leaves a block's sum of
/// rounded products x v within 7u of the sum of its magnitudes; anything longer is added up in double, whose error (n · 2⁻⁵³)
/// does not count here. A product of two such sums is therefore within 14u of its magnitudes, and the budget is 16u = 2⁻²⁰.
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
    public const int Block = 7;

    /// <summary>
    /// Σ x v over <paramref name="count"/> features, v at <paramref name="offset"/> bytes into the slot.
    /// Error: 7u of Σ|x v|. Cost: a load, a multiplication and an addition a feature.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWide Sum(Feature* features, int count, nuint offset)
    {
        TWide total = default;
        Feature* end = features + count;
        do
        {
            TVector sum = Scaled(features, offset);
            for (Feature* blockEnd = features + Math.Min(Block, end - features); ++features < blockEnd;)
                sum = TOps.Add(sum, Scaled(features, offset));
            total = TOps.WideAdd(total, TOps.Widen(sum));
        }
        while (features < end);
        return total;
    }

    /// <summary>
    /// Σ_{i&lt;j} (x_i v_i)∘(x_j v_j) over <paramref name="count"/> features: each x v is multiplied by the sum of those before
    /// it. The usual ½((Σ x v)² − Σ(x v)²) subtracts nearly equal numbers and has no bound in terms of the products.
    /// Inside a block in float: the j-th of a block (j ≥ 3) collects 1u for x v, (j−1)u for the sum before it, 1u for the product and
    /// (8−j)u for adding up, 9u in all. Between blocks 14u, as above.
    /// Cost: a load, two multiplications and two additions a feature.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TWide Pairs(Feature* features, int count, nuint offset)
    {
        TWide pairs = default, total = default;
        Feature* end = features + count;
        while (features < end)
        {
            TVector sum = default, products = default;
            for (Feature* blockEnd = features + Math.Min(Block, end - features); features < blockEnd; features++)
            {
                TVector scaled = Scaled(features, offset);
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
    private static TVector Scaled(Feature* feature, nuint offset) =>
        TOps.Multiply(TWeights.Value<TOps, TVector, TWide>(feature), TWeights.Load<TOps, TVector, TWide>(feature->Row + offset));
}
