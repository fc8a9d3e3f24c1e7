using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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

    /// <summary>Most such sums that are added up in float.</summary>
    private const int Joined = 5;

    public override void Pairs(in WeightTable weights, in FieldSpan span, float* sums, in RowFeatures row, int rows, double* pairs)
    {
        // Offsets are bytes of a slot; sums are floats, whatever weights are. Rows that are not there are the first one again.
        nuint start = span.Start * (nuint)TWeights.Size, end = start + (span.Length * (nuint)TWeights.Size), width = (nuint)(TOps.Width * TWeights.Size);
        nuint length = span.Length;
        nint count = row.Count, at1 = rows > 1 ? count : 0, at2 = rows > 2 ? 2 * count : 0, at3 = rows > 3 ? 3 * count : 0;
        float* values = row.Values;
        uint* fields = row.Fields;
        TWide total0 = default, total1 = default, total2 = default, total3 = default;
        TVector joined0 = default, joined1 = default, joined2 = default, joined3 = default;
        int left = Joined;
        sums -= span.Start;
        for (nint i = 0; i < count; i++)
        {
            byte** slots = row.Slots + i;
            byte* v0 = slots[0], v1 = slots[at1], v2 = slots[at2], v3 = slots[at3];
            byte* t = (byte*)(sums + ((fields == null ? (nuint)i : fields[i]) * length));
            nuint at = start;
            do
            {
                nuint chainEnd = Math.Min(end, at + (Chain * width));
                TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
                do
                {
                    TVector s = TOps.Load(Of(t, at));
                    sum0 = AddProduct(v0 + at, s, sum0);
                    sum1 = AddProduct(v1 + at, s, sum1);
                    sum2 = AddProduct(v2 + at, s, sum2);
                    sum3 = AddProduct(v3 + at, s, sum3);
                    at += width;
                }
                while (at < chainEnd);

                if (TWeights.IsScaled || values != null)
                {
                    joined0 = TOps.MultiplyAdd(Factor(weights, values, i, v0), sum0, joined0);
                    joined1 = TOps.MultiplyAdd(Factor(weights, values, at1 + i, v1), sum1, joined1);
                    joined2 = TOps.MultiplyAdd(Factor(weights, values, at2 + i, v2), sum2, joined2);
                    joined3 = TOps.MultiplyAdd(Factor(weights, values, at3 + i, v3), sum3, joined3);
                }
                else
                {
                    joined0 = TOps.Add(sum0, joined0);
                    joined1 = TOps.Add(sum1, joined1);
                    joined2 = TOps.Add(sum2, joined2);
                    joined3 = TOps.Add(sum3, joined3);
                }

                if (--left != 0) continue;
                total0 = TOps.WideAdd(total0, TOps.Widen(joined0));
                total1 = TOps.WideAdd(total1, TOps.Widen(joined1));
                total2 = TOps.WideAdd(total2, TOps.Widen(joined2));
                total3 = TOps.WideAdd(total3, TOps.Widen(joined3));
                joined0 = joined1 = joined2 = joined3 = default;
                left = Joined;
            }
            while (at < end);
        }

        pairs[0] = TOps.Sum(TOps.WideAdd(total0, TOps.Widen(joined0)));
        pairs[1] = TOps.Sum(TOps.WideAdd(total1, TOps.Widen(joined1)));
        pairs[2] = TOps.Sum(TOps.WideAdd(total2, TOps.Widen(joined2)));
        pairs[3] = TOps.Sum(TOps.WideAdd(total3, TOps.Widen(joined3)));
    }

    public override void Write(in WeightTable weights, in FieldSpan span, in FeatureList list, float* sums)
    {
        // Four weights at a time: latent vectors are multiples of that.
        nuint latent = (nuint)weights.Latent, fields = (nuint)weights.Blocks, four = (nuint)(Vector128<float>.Count * TWeights.Size);
        NativeMemory.Clear(sums, fields * span.Length * sizeof(float));
        for (int first = 0, after; first < list.Count; first = after)
        {
            after = first + 1;
            while (after < list.Count && list.Field(after) == list.Field(first)) after++;
            float* target = sums + ((list.Field(first) * latent) - span.Start);
            nuint at = 0;
            for (nuint g = 0; g < fields; g++, target += span.Length)
            {
                for (nuint l = 0; l < latent; l += (nuint)Vector128<float>.Count, at += four)
                {
                    Vector128<double> lower = default, upper = default;
                    for (int i = first; i < after; i++)
                    {
                        Vector128<float> v = TWeights.Load<Vector128Ops, Vector128<float>, Wide<Vector128<double>>>(list.Slots[i] + at);
                        Vector128<double> x = Vector128.Create(list.Exact[i]);
                        lower += x * Vector128.WidenLower(v);
                        upper += x * Vector128.WidenUpper(v);
                    }

                    Vector128.Narrow(lower, upper).Store(target + l);
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
