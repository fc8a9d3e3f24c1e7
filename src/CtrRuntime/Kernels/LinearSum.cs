using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels;

/// <summary>
/// The linear term every kind has: Σ w_i x_i, without the bias.
/// <para>
/// A product of two floats is exact in double. Four double accumulators take the features in turn (feature i goes to
/// accumulator i mod 4, and a tail of fewer than four to the first) and are added as (0 + 1) + (2 + 3): one order, the same
/// bits at every level. Error: below n · 2⁻⁵³ · Σ|w x|.
/// </para>
/// </summary>
internal static unsafe class LinearSum
{
    /// <summary>Σ w x over the features of a row.</summary>
    public static double Of(Feature* features, int count)
    {
        Vector128<double> sum01 = default, sum23 = default;
        Feature* end = features + count;
        for (; features + 4 <= end; features += 4)
        {
            sum01 += Products(features);
            sum23 += Products(features + 2);
        }

        double sum0 = sum01[0];
        for (; features < end; features++)
        {
            Vector128<double> factors = Factors(features);
            sum0 += factors[0] * factors[1];
        }

        return (sum0 + sum01[1]) + (sum23[0] + sum23[1]);
    }

    /// <summary>w x of two features.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Products(Feature* features)
    {
        Vector128<double> a = Factors(features), b = Factors(features + 1);
        if (Sse2.IsSupported) return Sse2.UnpackLow(a, b) * Sse2.UnpackHigh(a, b);
        return Vector128.Create(a[0], b[0]) * Vector128.Create(a[1], b[1]);
    }

    /// <summary>
    /// w and x, which stand beside each other, as doubles. Not one by one: the instruction that widens a single float leaves half of its target
    /// register as it was, and so waits for whatever has been computed there.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<double> Factors(Feature* feature) =>
        Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(double*)&feature->Weight).AsSingle());
}
