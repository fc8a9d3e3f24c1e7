using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary><see cref="FieldSums"/> in registers of one width, for weights of one type.</summary>
internal sealed unsafe class FieldSums<TOps, TVector, TWide, TWeights> : FieldSums
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where TWeights : struct, IWeights
{
    /// <summary>Most products of a float sum.</summary>
    private const int Chain = 11;

    public override double Pairs(in WeightTable weights, in FieldSpan span, float* sums, in RowFeatures row)
    {
        nuint width = (nuint)TOps.Width, length = span.Length, start = span.Start * (nuint)TWeights.Size;
        nuint chunk = 2 * Chain * width, left = Chain, each = (Math.Min(chunk, length) + (2 * width) - 1) / (2 * width);
        byte** slots = row.Slots;
        uint* fields = row.Fields;
        bool ones = !TWeights.IsScaled && row.Values == null;
        TVector even0 = default, even1 = default, odd0 = default, odd1 = default, x0 = default, x1 = default;
        TWide total = default;
        for (nuint i = 0, count = (nuint)row.Count; i < count; i += 2)
        {
            // Two features at a time; the last of an odd number alone.
            bool both = i + 1 < count;
            nuint j = both ? i + 1 : i;
            byte* v0 = slots[i] + start, v1 = slots[j] + start;
            float* t0 = sums + ((fields == null ? i : fields[i]) * length), t1 = sums + ((fields == null ? j : fields[j]) * length);
            if (!ones || !both)
            {
                x0 = Factor(weights, row, i);
                x1 = both ? Factor(weights, row, j) : default;
            }

            for (nuint first = 0; first < length; first += chunk)
            {
                nuint end = Math.Min(length, first + chunk), at = first;
                if (left < each)
                {
                    total = TOps.WideAdd(total, TOps.Widen(TOps.Add(TOps.Add(even0, odd0), TOps.Add(even1, odd1))));
                    even0 = even1 = odd0 = odd1 = default;
                    left = Chain;
                }

                left -= each;
                if (ones && both)
                {
                    for (; at + width < end; at += 2 * width)
                    {
                        even0 = TOps.MultiplyAdd(Load(v0, at), TOps.Load(t0 + at), even0);
                        even1 = TOps.MultiplyAdd(Load(v1, at), TOps.Load(t1 + at), even1);
                        odd0 = TOps.MultiplyAdd(Load(v0, at + width), TOps.Load(t0 + at + width), odd0);
                        odd1 = TOps.MultiplyAdd(Load(v1, at + width), TOps.Load(t1 + at + width), odd1);
                    }

                    if (at >= end) continue;
                    even0 = TOps.MultiplyAdd(Load(v0, at), TOps.Load(t0 + at), even0);
                    even1 = TOps.MultiplyAdd(Load(v1, at), TOps.Load(t1 + at), even1);
                    continue;
                }

                for (; at + width < end; at += 2 * width)
                {
                    even0 = TOps.MultiplyAdd(TOps.Multiply(x0, Load(v0, at)), TOps.Load(t0 + at), even0);
                    even1 = TOps.MultiplyAdd(TOps.Multiply(x1, Load(v1, at)), TOps.Load(t1 + at), even1);
                    odd0 = TOps.MultiplyAdd(TOps.Multiply(x0, Load(v0, at + width)), TOps.Load(t0 + at + width), odd0);
                    odd1 = TOps.MultiplyAdd(TOps.Multiply(x1, Load(v1, at + width)), TOps.Load(t1 + at + width), odd1);
                }

                if (at >= end) continue;
                even0 = TOps.MultiplyAdd(TOps.Multiply(x0, Load(v0, at)), TOps.Load(t0 + at), even0);
                even1 = TOps.MultiplyAdd(TOps.Multiply(x1, Load(v1, at)), TOps.Load(t1 + at), even1);
            }
        }

        total = TOps.WideAdd(total, TOps.Widen(TOps.Add(TOps.Add(even0, odd0), TOps.Add(even1, odd1))));
        return TOps.Sum(total);
    }

    public override void Write(in WeightTable weights, in FieldSpan span, in FeatureList list, float* sums)
    {
        nuint latent = (nuint)weights.Latent, fields = (nuint)weights.Blocks;
        NativeMemory.Clear(sums, fields * span.Length * sizeof(float));
        for (int first = 0, after; first < list.Count; first = after)
        {
            after = first + 1;
            while (after < list.Count && list.Field(after) == list.Field(first)) after++;
            float* target = sums + ((list.Field(first) * latent) - span.Start);
            nuint element = 0;
            for (nuint g = 0; g < fields; g++, target += span.Length)
            {
                for (nuint l = 0; l < latent; l++, element++)
                {
                    double sum = 0;
                    for (int i = first; i < after; i++)
                        sum += list.Exact[i] * TWeights.Load<ScalarOps, double, double>(list.Slots[i] + (element * (nuint)TWeights.Size));
                    target[l] = (float)sum;
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Factor(in WeightTable weights, in RowFeatures row, nuint feature)
    {
        float factor = row.Values == null ? 1 : row.Values[feature];
        return TOps.Broadcast(TWeights.IsScaled ? factor * *(float*)(row.Slots[feature] + weights.ScaleOffset) : factor);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Load(byte* slot, nuint weight) => TWeights.Load<TOps, TVector, TWide>(slot + (weight * (nuint)TWeights.Size));
}
