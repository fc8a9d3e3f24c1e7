using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels;

/// <summary>
/// The linear term every kind has: Σ w_i x_i, without the bias.
/// <para>
/// A product of two floats is exact in double. Eight double accumulators take the features in turn (feature i goes to accumulator i mod 8) and are
/// added halves on halves: one order, the same bits at every level. Error: below n · 2⁻⁵³ · Σ|w x|.
/// </para>
/// </summary>
internal static unsafe class LinearSum
{
    private const int Width = 8;

    /// <summary>Σ w x over some features.</summary>
    /// <param name="weights">The weights; may be read in whole vectors, up to <see cref="RowGroup.Padding"/> elements behind the last.</param>
    /// <param name="values">The values; null: all 1.</param>
    /// <param name="count">How many.</param>
    public static double Of(float* weights, float* values, int count)
    {
        if (Vector512.IsHardwareAccelerated && Avx.IsSupported) return Wide(weights, values, count);
        return Avx.IsSupported ? Halves(weights, values, count) : OneByOne(weights, values, count);
    }

    private static double Wide(float* weights, float* values, int count)
    {
        Vector512<double> total = Vector512<double>.Zero;
        int i = 0;
        for (; i + Width <= count; i += Width) total += Doubles(Vector256.Load(weights + i), values == null ? Ones : Vector256.Load(values + i));
        if (i < count) total += Doubles(Vector256.Load(weights + i) & Mask(count - i), values == null ? Ones : Avx.MaskLoad(values + i, Mask(count - i)));
        return Sum(total.GetLower() + total.GetUpper());

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static Vector512<double> Doubles(Vector256<float> w, Vector256<float> x) => Avx512F.ConvertToVector512Double(w) * Avx512F.ConvertToVector512Double(x);
    }

    private static double Halves(float* weights, float* values, int count)
    {
        Vector256<double> lower = Vector256<double>.Zero, upper = Vector256<double>.Zero;
        int i = 0;
        for (; i < count; i += Width)
        {
            Vector256<float> w = Vector256.Load(weights + i), x = Ones;
            if (i + Width > count)
            {
                Vector256<float> mask = Mask(count - i);
                w &= mask;
                if (values != null) x = Avx.MaskLoad(values + i, mask);
            }
            else if (values != null)
            {
                x = Vector256.Load(values + i);
            }

            lower += Avx.ConvertToVector256Double(w.GetLower()) * Avx.ConvertToVector256Double(x.GetLower());
            upper += Avx.ConvertToVector256Double(w.GetUpper()) * Avx.ConvertToVector256Double(x.GetUpper());
        }

        return Sum(lower + upper);
    }

    private static double OneByOne(float* weights, float* values, int count)
    {
        double* sums = stackalloc double[Width];
        new Span<double>(sums, Width).Clear();
        for (int i = 0; i < count; i++) sums[i % Width] += values == null ? weights[i] : (double)weights[i] * values[i];
        return ((sums[0] + sums[4]) + (sums[2] + sums[6])) + ((sums[1] + sums[5]) + (sums[3] + sums[7]));
    }

    private static Vector256<float> Ones => Vector256.Create(1f);

    /// <summary>All bits of the first <paramref name="count"/> lanes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Mask(int count) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count)).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Sum(Vector256<double> four)
    {
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }
}
