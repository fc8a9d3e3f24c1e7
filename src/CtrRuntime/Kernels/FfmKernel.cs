using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// Field-aware factorization machine (Juan et al., RecSys 2016):
/// logit = b + Σ w_i x_i + Σ_{i&lt;j} &lt;v_{i,f_j}, v_{j,f_i}&gt; x_i x_j, pairs within a field included.
/// A slot holds F latent vectors of kA floats; features come sorted by field. The work is done once for each register width
/// of kA.
/// <para>
/// <b>One feature a field</b> (<see cref="OnePerField"/>): the pair loop. Features j are taken in tiles of 32; for each i before
/// them, four float accumulators share the products of i with the tile, at most 8 each, and their sum is multiplied by x_i
/// and added up in double. Error in u = 2⁻²⁴: x_j v 1u, product 1u, adding 7u, joining the four 2u: 11u · Σ|products|; the budget is
/// 16u. Cost: n(n−1)/2 · kA fused multiply-adds and twice as many loads; ⌈F kA/16⌉ cache lines a feature.
/// </para>
/// <para>
/// <b>Several features in a field</b> (<see cref="Groups"/>): for fields a &lt; b the sums Σ_{i in a} x_i v_{i,b} and
/// Σ_{j in b} x_j v_{j,a} are multiplied and added up in double; a field's own pairs are those of a factorization machine
/// over v_{i,a}. Error: 14u (see <see cref="LatentSums{TOps, TVector, TWide}"/>). Cost: O(n F kA + F² kA / 2), without memory
/// for the sums.
/// </para>
/// A row whose float products overflow is computed again in double.
/// </summary>
internal sealed unsafe class FfmKernel<TOps, TVector, TWide> : Kernel
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
{
    /// <summary>Features j in a tile: four accumulators of at most eight products.</summary>
    private const int Tile = 32;

    public override RowTerms Evaluate(in WeightTable weights, Feature* features, int count, ulong* keys)
    {
        double pairs = Pairs(weights, features, count);
        if (!double.IsFinite(pairs)) pairs = FfmKernel<ScalarOps, double, double>.Pairs(weights, features, count);
        return new(LinearSum.Of(weights, features, count), pairs);
    }

    /// <summary>The pair sum of a row.</summary>
    internal static double Pairs(in WeightTable weights, Feature* features, int count)
    {
        bool onePerField = true, ones = true;
        for (int i = 0; i < count; i++)
        {
            onePerField &= i == 0 || features[i - 1].Field < features[i].Field;
            ones &= features[i].Value == 1;
        }

        nuint end = (nuint)weights.Latent * sizeof(float);
        TWide total = default;
        for (nuint chunk = 0; chunk < end; chunk += (nuint)TOps.Width * sizeof(float))
        {
            total = TOps.WideAdd(
                total,
                !onePerField ? Groups(weights, features, count, chunk)
                : ones ? OnePerFieldOnes(weights, features, count, chunk)
                : OnePerFieldValues(weights, features, count, chunk));
        }

        return TOps.Sum(total);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    private static TWide OnePerFieldOnes(in WeightTable weights, Feature* features, int count, nuint chunk)
    {
        TileRow* tile = stackalloc TileRow[Tile];
        return OnePerField(weights, features, count, chunk, tile, ones: true);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    private static TWide OnePerFieldValues(in WeightTable weights, Feature* features, int count, nuint chunk)
    {
        TileRow* tile = stackalloc TileRow[Tile];
        return OnePerField(weights, features, count, chunk, tile, ones: false);
    }

    /// <summary>The pair loop; <paramref name="ones"/> is a constant that drops the values when all are 1. The
    /// tile is the callers', because a method with memory on the stack is not inlined.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWide OnePerField(in WeightTable weights, Feature* features, int count, nuint chunk, TileRow* tile, bool ones)
    {
        byte* slots = weights.Slots + chunk;
        nuint stride = weights.Stride;
        nuint block = (nuint)weights.Latent * sizeof(float);
        TWide total = default;
        for (int first = 0; first < count; first += Tile)
        {
            int length = Math.Min(Tile, count - first);
            for (int t = 0; t < length; t++)
            {
                Feature feature = features[first + t];
                tile[t] = new() { Row = slots + (feature.Slot * stride), Block = feature.Field * block, Value = feature.Value };
            }

            for (int i = 0; i < first + length - 1; i++)
            {
                Feature feature = features[i];
                byte* row = slots + (feature.Slot * stride);
                nuint own = feature.Field * block;
                TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
                TileRow* other = tile + Math.Max(0, i + 1 - first), end = tile + length;
                for (; other + 4 <= end; other += 4)
                {
                    sum0 = AddProduct(row, own, other, sum0, ones);
                    sum1 = AddProduct(row, own, other + 1, sum1, ones);
                    sum2 = AddProduct(row, own, other + 2, sum2, ones);
                    sum3 = AddProduct(row, own, other + 3, sum3, ones);
                }

                if (other < end) sum0 = AddProduct(row, own, other, sum0, ones);
                if (other + 1 < end) sum1 = AddProduct(row, own, other + 1, sum1, ones);
                if (other + 2 < end) sum2 = AddProduct(row, own, other + 2, sum2, ones);
                TWide sum = TOps.Widen(TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3)));
                total = ones ? TOps.WideAdd(total, sum) : TOps.WideMultiplyAdd(TOps.WideBroadcast(feature.Value), sum, total);
            }
        }

        return total;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddProduct(byte* row, nuint own, TileRow* other, TVector sum, bool ones)
    {
        TVector a = TOps.Load((float*)(row + other->Block)), b = TOps.Load((float*)(other->Row + own));
        return TOps.MultiplyAdd(a, ones ? b : TOps.Multiply(b, TOps.Broadcast(other->Value)), sum);
    }

    /// <summary>The pairs of fields, however many features each has.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static TWide Groups(in WeightTable weights, Feature* features, int count, nuint chunk)
    {
        byte* slots = weights.Slots;
        nuint stride = weights.Stride;
        nuint block = (nuint)weights.Latent * sizeof(float);
        TWide total = default;
        for (int a = 0, endA; a < count; a = endA)
        {
            endA = GroupEnd(features, a, count);
            nuint own = chunk + (features[a].Field * block);
            if (endA - a > 1)
                total = TOps.WideAdd(total, LatentSums<TOps, TVector, TWide>.Pairs(slots, stride, features + a, endA - a, own));
            for (int b = endA, endB; b < count; b = endB)
            {
                endB = GroupEnd(features, b, count);
                nuint other = chunk + (features[b].Field * block);
                TWide sideA = LatentSums<TOps, TVector, TWide>.Sum(slots, stride, features + a, endA - a, other);
                TWide sideB = LatentSums<TOps, TVector, TWide>.Sum(slots, stride, features + b, endB - b, own);
                total = TOps.WideMultiplyAdd(sideA, sideB, total);
            }
        }

        return total;
    }

    /// <summary>One past the last feature of the field that starts at <paramref name="start"/>.</summary>
    private static int GroupEnd(Feature* features, int start, int count)
    {
        int end = start + 1;
        while (end < count && features[end].Field == features[start].Field) end++;
        return end;
    }

    /// <summary>A feature of a tile with its addresses worked out.</summary>
    private struct TileRow
    {
        /// <summary>The slot, at the register width in hand.</summary>
        public byte* Row;

        /// <summary>Bytes from the start of a slot to the latent vector for this feature's field.</summary>
        public nuint Block;

        /// <summary>The feature's value.</summary>
        public float Value;
    }
}
