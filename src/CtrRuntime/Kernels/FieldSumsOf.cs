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
    private const int Chain = 8;

    public override void Pairs(in WeightTable weights, in FieldSpan span, float* sums, in RowFeatures row, int rows, double* pairs)
    {
        // Offsets are bytes of a slot; sums are floats, whatever weights are. Rows that are not there are the first one again.
        nuint start = span.Start * (nuint)TWeights.Size, end = start + (span.Length * (nuint)TWeights.Size), width = (nuint)(TOps.Width * TWeights.Size);
        nuint length = span.Length;
        nint count = row.Count, at1 = rows > 1 ? count : 0, at2 = rows > 2 ? 2 * count : 0, at3 = rows > 3 ? 3 * count : 0;
        float* values = row.Values;
        uint* fields = row.Fields;
        TWide total0 = default, total1 = default, total2 = default, total3 = default;
        sums -= span.Start;
        for (nint i = 0; i < count; i++)
        {
            byte** slots = row.Slots + i;
            byte* v0 = slots[0], v1 = slots[at1], v2 = slots[at2], v3 = slots[at3];
            byte* t = (byte*)(sums + ((fields == null ? (nuint)i : fields[i]) * length));
            nuint at = start;
            do
            {
                nuint chainEnd = Math.Min(end, at + (2 * Chain * width));
                TVector even0 = default, even1 = default, even2 = default, even3 = default;
                TVector odd0 = default, odd1 = default, odd2 = default, odd3 = default;
                for (; at + width < chainEnd; at += 2 * width)
                {
                    TVector even = TOps.Load(Of(t, at)), odd = TOps.Load(Of(t, at) + TOps.Width);
                    even0 = AddProduct(v0 + at, even, even0);
                    even1 = AddProduct(v1 + at, even, even1);
                    even2 = AddProduct(v2 + at, even, even2);
                    even3 = AddProduct(v3 + at, even, even3);
                    odd0 = AddProduct(v0 + at + width, odd, odd0);
                    odd1 = AddProduct(v1 + at + width, odd, odd1);
                    odd2 = AddProduct(v2 + at + width, odd, odd2);
                    odd3 = AddProduct(v3 + at + width, odd, odd3);
                }

                if (at < chainEnd)
                {
                    TVector even = TOps.Load(Of(t, at));
                    even0 = AddProduct(v0 + at, even, even0);
                    even1 = AddProduct(v1 + at, even, even1);
                    even2 = AddProduct(v2 + at, even, even2);
                    even3 = AddProduct(v3 + at, even, even3);
                    at += width;
                }

                even0 = TOps.Add(even0, odd0);
                even1 = TOps.Add(even1, odd1);
                even2 = TOps.Add(even2, odd2);
                even3 = TOps.Add(even3, odd3);
                if (TWeights.IsScaled || values != null)
                {
                    even0 = TOps.Multiply(Factor(weights, values, i, v0), even0);
                    even1 = TOps.Multiply(Factor(weights, values, at1 + i, v1), even1);
                    even2 = TOps.Multiply(Factor(weights, values, at2 + i, v2), even2);
                    even3 = TOps.Multiply(Factor(weights, values, at3 + i, v3), even3);
                }

                total0 = TOps.WideAdd(total0, TOps.Widen(even0));
                total1 = TOps.WideAdd(total1, TOps.Widen(even1));
                total2 = TOps.WideAdd(total2, TOps.Widen(even2));
                total3 = TOps.WideAdd(total3, TOps.Widen(even3));
            }
            while (at < end);
        }

        pairs[0] = TOps.Sum(total0);
        pairs[1] = TOps.Sum(total1);
        pairs[2] = TOps.Sum(total2);
        pairs[3] = TOps.Sum(total3);
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

    /// <summary>Value times scale, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Factor(in WeightTable weights, float* values, nint feature, byte* slot)
    {
        float value = values == null ? 1 : values[feature];
        return TOps.Broadcast(TWeights.IsScaled ? value * *(float*)(slot + weights.ScaleOffset) : value);
    }

    /// <summary>The sums at an offset of a slot.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float* Of(byte* sums, nuint offset) => (float*)(sums + (offset * (nuint)(sizeof(float) / TWeights.Size)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddProduct(byte* v, TVector t, TVector sum) => TOps.MultiplyAdd(t, TWeights.Load<TOps, TVector, TWide>(v), sum);
}
