using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// Factorization machine (Rendle, ICDM 2010): Σ_{i&lt;j} &lt;x_i v_i, x_j v_j&gt; over the features of a row, as a tree. Matrix factorization is
/// the same with two features a row.
/// <para>
/// A node of the tree has the sum S of its vectors and the sum P of their pairs; two nodes make one by S = S_a + S_b and
/// P = S_a S_b + (P_a + P_b). The usual ½((Σ x v)² − Σ(x v)²) subtracts nearly equal numbers and has no bound in terms of the products.
/// </para>
/// <para>
/// Order: up to <see cref="Group"/> features are one tree. Its last features, as many as whole trees of 16 leave over, join first, the smallest
/// trees before larger ones (1, 2, 4, 8), then the trees of 16, the last one first. Longer rows are cut into trees of 32, with up to
/// <see cref="Group"/> features in the last one; these join in double, in the order of the row. Then the lanes in double, halves on halves;
/// registers of a longer latent vector are added in double too. Unknown features, whose slots are zeros, are features as others.
/// </para>
/// <para>
/// Error, in units of u = 2⁻²⁴ of the magnitudes Σ|x_i v_il x_j v_jl|: a tree has at most 6 levels. At level l the sums that are multiplied have
/// l − 1 roundings each and the product has one (two where it is rounded before it is added); each level above adds two. So a pair has 2 · 6 − 1 = 11
/// (12 where nothing is fused), pairs of two trees no more. Scaling rounds a vector at most twice (int8 with values), a product four times:
/// 15 (16), and the budget is 16. What doubles add (n · 2⁻⁵³) does not count here. A product that underflows a float adds at most 2⁻¹⁵⁰ times
/// what it is multiplied by.
/// </para>
/// <para>Cost a feature and register: a load, a multiplication (values, int8), two additions, a product; ⌈kA · size/64⌉ cache lines.</para>
/// </summary>
internal static unsafe class FmTree<TOps, TVector, TWide, TWeights>
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where TWeights : struct, IWeights
{
    /// <summary>Most features of a tree: two trees of 16, and what is less than another.</summary>
    private const int Group = 47;

    /// <summary>
    /// The pair sum of each row of a group, and, where <paramref name="context"/> is not null, the row's pairs with other features, whose Σ x v that is: in
    /// double, as the pairs of two trees.
    /// </summary>
    public static void Pairs(in WeightTable weights, in RowGroup group, double* context, double* pairs)
    {
        if (!TWeights.IsScaled && group.Values == null)
            PairsInFloat<byte>(weights, group, context, pairs);
        else
            PairsInFloat<float>(weights, group, context, pairs);
        for (int row = 0; row < group.Rows; row++)
        {
            if (!double.IsFinite(pairs[row])) pairs[row] = PairsInDouble(weights, group, context, row);
        }
    }

    /// <summary>
    /// The same in float, for features with values (<typeparamref name="TValue"/> is float) or without (anything else; weights that have scales are multiplied
    /// anyway, and have one form). One method, because the
    /// compiler inlines so much only into one that is big itself.
    /// </summary>
    private static void PairsInFloat<TValue>(in WeightTable weights, in RowGroup group, double* context, double* results)
    {
        bool valued = TWeights.IsScaled ? group.Values != null : typeof(TValue) == typeof(float);
        nuint latentEnd = (nuint)(weights.Latent * TWeights.Size), register = (nuint)(TOps.Width * TWeights.Size), scale = weights.ScaleOffset;
        ulong* offsets = group.Offsets;
        byte** rowSlots = group.Slots;
        float* rowValues = group.Values;
        for (int row = 0; row < group.Rows; row++)
        {
            nuint rowCount = (nuint)(offsets[row + 1] - offsets[row]);
            double result = 0;
            for (nuint offset = 0; offset < latentEnd; offset += register)
            {
                if (rowCount == 2 && context == null)
                {
                    // A tree as well, but the usual one of matrix factorization.
                    TVector a = Scaled(valued, rowSlots, rowValues, 0, offset, scale);
                    TVector b = Scaled(valued, rowSlots, rowValues, 1, offset, scale);
                    result += TOps.Sum(TOps.Widen(TOps.Multiply(a, b)));
                    continue;
                }

                byte** slots = rowSlots;
                float* values = rowValues;
                nuint count = rowCount;
                TWide before = default, total = default;
                if (context != null) before = Unsafe.ReadUnaligned<TWide>(context + (offset / (nuint)TWeights.Size));
                while (true)
                {
                    nuint size = count > Group ? 32 : count;
                    TVector sum = default, pairs = default;
                    byte** at = slots + size;
                    float* x = valued ? values + size : null;
                    if ((size & 1) != 0)
                    {
                        at--;
                        if (valued) x--;
                        sum = Scaled(valued, at, x, 0, offset, scale);
                    }

                    if ((size & 2) != 0)
                    {
                        at -= 2;
                        if (valued) x -= 2;
                        Tree2(valued, at, x, 0, offset, scale, out TVector sum2, out TVector pairs2);
                        TVector joined = TOps.Add(sum, sum2);
                        pairs = TOps.MultiplyAdd(sum, sum2, pairs2);
                        sum = joined;
                    }

                    if ((size & 4) != 0)
                    {
                        at -= 4;
                        if (valued) x -= 4;
                        Tree4(valued, at, x, 0, offset, scale, out TVector sum4, out TVector pairs4);
                        TVector joined = TOps.Add(sum, sum4);
                        pairs = TOps.MultiplyAdd(sum, sum4, TOps.Add(pairs, pairs4));
                        sum = joined;
                    }

                    if ((size & 8) != 0)
                    {
                        at -= 8;
                        if (valued) x -= 8;
                        Tree8(valued, at, x, 0, offset, scale, out TVector sum8, out TVector pairs8);
                        TVector joined = TOps.Add(sum, sum8);
                        pairs = TOps.MultiplyAdd(sum, sum8, TOps.Add(pairs, pairs8));
                        sum = joined;
                    }

                    while (at != slots)
                    {
                        at -= 16;
                        if (valued) x -= 16;
                        Tree8(valued, at, x, 0, offset, scale, out TVector sumA, out TVector pairsA);
                        Tree8(valued, at, x, 8, offset, scale, out TVector sumB, out TVector pairsB);
                        TVector sum16 = TOps.Add(sumA, sumB), pairs16 = TOps.MultiplyAdd(sumA, sumB, TOps.Add(pairsA, pairsB));
                        TVector joined = TOps.Add(sum, sum16);
                        pairs = TOps.MultiplyAdd(sum, sum16, TOps.Add(pairs, pairs16));
                        sum = joined;
                    }

                    if (rowCount <= Group && context == null)
                    {
                        total = TOps.Widen(pairs);
                        break;
                    }

                    TWide wide = TOps.Widen(sum);
                    total = TOps.WideMultiplyAdd(wide, before, TOps.WideAdd(total, TOps.Widen(pairs)));
                    before = TOps.WideAdd(before, wide);
                    count -= size;
                    if (count == 0) break;
                    slots += size;
                    if (valued) values += size;
                }

                result += TOps.Sum(total);
            }

            results[row] = result;
            rowSlots += rowCount;
            if (valued) rowValues += rowCount;
        }
    }

    /// <summary>The pair sum of a row in double, for products that overflow a float: by element, each feature by the sum before it.</summary>
    public static double PairsInDouble(in WeightTable weights, in RowGroup group, double* context, int row)
    {
        nuint first = (nuint)(group.Offsets[row] - group.Offsets[0]), end = (nuint)(group.Offsets[row + 1] - group.Offsets[0]);
        double pairs = 0;
        for (int element = 0; element < weights.Latent; element++)
        {
            double sum = context == null ? 0 : context[element];
            for (nuint i = first; i < end; i++)
            {
                byte* slot = group.Slots[i];
                double scaled = TWeights.Load<ScalarOps, double, double>(slot + (element * TWeights.Size));
                if (TWeights.IsScaled) scaled *= *(float*)(slot + weights.ScaleOffset);
                if (group.Values != null) scaled *= group.Values[i];
                pairs += scaled * sum;
                sum += scaled;
            }
        }

        return pairs;
    }

    /// <summary>The sum and the pairs of the eight features from number <paramref name="i"/> on, which is a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tree8(bool valued, byte** slots, float* values, int i, nuint offset, nuint scale, out TVector sum, out TVector pairs)
    {
        Tree4(valued, slots, values, i, offset, scale, out TVector sumA, out TVector pairsA);
        Tree4(valued, slots, values, i + 4, offset, scale, out TVector sumB, out TVector pairsB);
        sum = TOps.Add(sumA, sumB);
        pairs = TOps.MultiplyAdd(sumA, sumB, TOps.Add(pairsA, pairsB));
    }

    /// <summary>The same of four features.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tree4(bool valued, byte** slots, float* values, int i, nuint offset, nuint scale, out TVector sum, out TVector pairs)
    {
        Tree2(valued, slots, values, i, offset, scale, out TVector sumA, out TVector pairsA);
        Tree2(valued, slots, values, i + 2, offset, scale, out TVector sumB, out TVector pairsB);
        sum = TOps.Add(sumA, sumB);
        pairs = TOps.MultiplyAdd(sumA, sumB, TOps.Add(pairsA, pairsB));
    }

    /// <summary>The same of two features.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tree2(bool valued, byte** slots, float* values, int i, nuint offset, nuint scale, out TVector sum, out TVector pairs)
    {
        TVector a = Scaled(valued, slots, values, i, offset, scale), b = Scaled(valued, slots, values, i + 1, offset, scale);
        sum = TOps.Add(a, b);
        pairs = TOps.Multiply(a, b);
    }

    /// <summary>x v of feature number <paramref name="i"/>; int8 by the rounded product of value and scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Scaled(bool valued, byte** slots, float* values, int i, nuint offset, nuint scale)
    {
        if (TWeights.IsScaled)
        {
            float factor = valued ? *(float*)(slots[i] + scale) * values[i] : *(float*)(slots[i] + scale);
            return TOps.Multiply(TOps.Broadcast(factor), TWeights.Load<TOps, TVector, TWide>(slots[i] + offset));
        }

        if (valued) return TOps.Multiply(TOps.Broadcast(values[i]), TWeights.Load<TOps, TVector, TWide>(slots[i] + offset));
        return TWeights.Load<TOps, TVector, TWide>(slots[i] + offset);
    }
}
