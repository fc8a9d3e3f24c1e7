using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// The pairs of a field-aware model for rows and shapes of every sort: Σ_{i&lt;j} &lt;v_{i,f_j}, v_{j,f_i}&gt; x_i x_j, feature by feature; fields of many
/// features (<see cref="Most"/>) are summed in double instead, each with all others. Cost: O(nnz F kA).
/// </summary>
internal static unsafe class FieldPairs<TOps, TVector, TWide, TWeights>
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where TWeights : struct, IWeights
{
    /// <summary>Most features of a field that are paired one by one.</summary>
    private const int Most = 3;

    /// <summary>Products in the four float sums of a step: six in each.</summary>
    private const int Step = 24;

    /// <summary>The pairs of a list that is sorted by field. It is used up.</summary>
    public static double Sum(in WeightTable weights, FeatureList list)
    {
        double large = LargeFields(weights, ref list);
        return large + OneByOne(weights, list);
    }

    /// <summary>
    /// The pairs of some features with those of a row by field, whose factors are <paramref name="factors"/>, and with each other. Error: as <see cref="OneByOne"/>.
    /// </summary>
    public static double SumExtras(in WeightTable weights, in FeatureList extras, FieldSlots* row, float* factors)
    {
        nuint block = (nuint)(weights.Latent * TWeights.Size), register = (nuint)(TOps.Width * TWeights.Size);
        int fields = row->Fields;
        byte** slots = row->Slots;
        nuint shift = (nuint)row->First * block;
        TWide total = default;
        for (int i = 0; i < extras.Count; i++)
        {
            for (nuint chunk = 0; chunk < block; chunk += register)
            {
                byte* direct = extras.Slots[i] + shift + chunk;
                nuint own = (extras.Field(i) * block) + chunk - shift;
                TVector factor = TOps.Factor(extras.Rounded + i, extras.Exact + i);
                for (int f = 0; f < fields;)
                {
                    TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
                    int end = Math.Min(fields, f + Step);
                    for (; f + 4 <= end; f += 4, direct += 4 * block)
                    {
                        sum0 = AddField(direct, slots[f] + own, factors, f, sum0);
                        sum1 = AddField(direct + block, slots[f + 1] + own, factors, f + 1, sum1);
                        sum2 = AddField(direct + (2 * block), slots[f + 2] + own, factors, f + 2, sum2);
                        sum3 = AddField(direct + (3 * block), slots[f + 3] + own, factors, f + 3, sum3);
                    }

                    for (; f < end; f++, direct += block) sum0 = AddField(direct, slots[f] + own, factors, f, sum0);
                    total = TOps.WideAdd(total, TOps.Widen(TOps.Multiply(factor, TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3)))));
                }
            }
        }

        return TOps.Sum(total) + OneByOne(weights, extras);
    }

    /// <summary>
    /// The pairs of a list. Error in u = 2⁻²⁴: 2 for a side (value times scale, times the vector), 6 for the products of a sum, 2 for joining four sums; 12 at
    /// most.
    /// </summary>
    private static double OneByOne(in WeightTable weights, in FeatureList list)
    {
        nuint block = (nuint)(weights.Latent * TWeights.Size), register = (nuint)(TOps.Width * TWeights.Size);
        TWide total = default;
        for (int i = 1; i < list.Count; i++)
        {
            nuint own = list.Field(i) * block;
            byte* slot = list.Slots[i];
            TVector factor = TOps.Factor(list.Rounded + i, list.Exact + i);
            for (nuint chunk = 0; chunk < block; chunk += register)
            {
                for (int j = 0; j < i;)
                {
                    TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
                    int end = Math.Min(i, j + Step);
                    for (; j + 4 <= end; j += 4)
                    {
                        sum0 = AddProduct(list, j, slot, own, block, chunk, factor, sum0);
                        sum1 = AddProduct(list, j + 1, slot, own, block, chunk, factor, sum1);
                        sum2 = AddProduct(list, j + 2, slot, own, block, chunk, factor, sum2);
                        sum3 = AddProduct(list, j + 3, slot, own, block, chunk, factor, sum3);
                    }

                    for (; j < end; j++) sum0 = AddProduct(list, j, slot, own, block, chunk, factor, sum0);
                    total = TOps.WideAdd(total, TOps.Widen(TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3))));
                }
            }
        }

        return TOps.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddField(byte* direct, byte* other, float* factors, int field, TVector sum)
    {
        TVector otherSide = TOps.Multiply(TOps.Broadcast(factors[field]), TWeights.Load<TOps, TVector, TWide>(other));
        return TOps.MultiplyAdd(TWeights.Load<TOps, TVector, TWide>(direct), otherSide, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddProduct(
        in FeatureList list, int other, byte* slot, nuint own, nuint block, nuint chunk, TVector factor, TVector sum)
    {
        TVector side = TOps.Multiply(factor, TWeights.Load<TOps, TVector, TWide>(slot + (list.Field(other) * block) + chunk));
        TVector otherSide = TOps.Multiply(
            TOps.Factor(list.Rounded + other, list.Exact + other), TWeights.Load<TOps, TVector, TWide>(list.Slots[other] + own + chunk));
        return TOps.MultiplyAdd(side, otherSide, sum);
    }

    /// <summary>The pairs of the features of fields of many features, with each other and with all others; they leave the list.</summary>
    private static double LargeFields(in WeightTable weights, ref FeatureList list)
    {
        nuint block = (nuint)(weights.Latent * TWeights.Size), register = (nuint)(TOps.Width * TWeights.Size);
        TWide total = default;
        int kept = 0;
        for (int a = 0, endA; a < list.Count; a = endA)
        {
            endA = End(list, a);
            if (endA - a <= Most) continue;
            for (nuint chunk = 0; chunk < block; chunk += register)
                total = TOps.WideAdd(total, LatentSums<TOps, TVector, TWide, TWeights>.Pairs(list, a, endA, (list.Field(a) * block) + chunk));
            for (int b = 0, endB; b < list.Count; b = endB)
            {
                endB = End(list, b);
                if (b == a || (b < a && endB - b > Most)) continue;
                for (nuint chunk = 0; chunk < block; chunk += register)
                {
                    TWide sideA = LatentSums<TOps, TVector, TWide, TWeights>.Sum(list, a, endA, (list.Field(b) * block) + chunk);
                    TWide sideB = LatentSums<TOps, TVector, TWide, TWeights>.Sum(list, b, endB, (list.Field(a) * block) + chunk);
                    total = TOps.WideMultiplyAdd(sideA, sideB, total);
                }
            }
        }

        for (int a = 0, endA; a < list.Count; a = endA)
        {
            endA = End(list, a);
            for (int i = a; i < endA && endA - a <= Most; i++) list.Move(i, kept++);
        }

        list.Count = kept;
        return TOps.Sum(total);
    }

    /// <summary>Where the field of a feature ends.</summary>
    private static int End(in FeatureList list, int feature)
    {
        uint field = list.Field(feature);
        while (++feature < list.Count && list.Field(feature) == field)
        {
        }

        return feature;
    }
}
