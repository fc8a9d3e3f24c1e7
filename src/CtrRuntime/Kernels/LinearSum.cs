using System.Runtime.CompilerServices;

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
        double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        Feature* end = features + count;
        for (; features + 4 <= end; features += 4)
        {
            sum0 += Product(features);
            sum1 += Product(features + 1);
            sum2 += Product(features + 2);
            sum3 += Product(features + 3);
        }

        for (; features < end; features++) sum0 += Product(features);
        return (sum0 + sum1) + (sum2 + sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Product(Feature* feature) => (double)feature->Weight * feature->Value;
}
