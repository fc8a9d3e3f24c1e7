using CtrRuntime.Model;

namespace CtrRuntime.Scoring;

/// <summary>
/// From logit to score, with an exponential of our own: the C library's differs between machines, and a score may not.
/// Only additions, multiplications and divisions of doubles, never fused, in one order: the same bits everywhere.
/// <para>
/// Relative error: <see cref="Exp"/> and <see cref="Sigmoid"/> 1e-15. <see cref="Probit"/>: absolute 1e-15, and relative 1e-12 in the
/// lower tail. A finite logit never gives NaN; −∞ and +∞ give 0 and 1.
/// </para>
/// </summary>
internal static class LinkFunctions
{
    // ln 2 in two parts (Cody and Waite, Software Manual for the Elementary Functions, 1980): the first has 32 significant bits,
    // so that its product with an exponent of up to 11 bits is exact.
    private const double Ln2High = 0.693147180369123816490;
    private const double Ln2Low = 1.90821492927058770002e-10;
    private const double Log2E = 1.44269504088896340736;
    private const double InverseSqrt2Pi = 0.398942280401432677940;

    /// <summary>Below this e^x rounds to 0, above <see cref="Largest"/> it overflows.</summary>
    private const double Smallest = -745.2;
    private const double Largest = 709.79;

    /// <summary>Where <see cref="Probit"/> goes from the series to the continued fraction.</summary>
    private const double ProbitSplit = 3;

    /// <summary>The score of a logit as a model of <paramref name="link"/> gives it.</summary>
    public static float Apply(Link link, double logit) => link switch
    {
        Link.Sigmoid => (float)Sigmoid(logit),
        Link.Identity => (float)logit,
        Link.Probit => (float)Probit(logit),
        _ => throw new CtrException(CtrStatus.Internal, $"link {(int)link} is not known"),
    };

    /// <summary>1 / (1 + e^−t), with the exponential that is at most 1.</summary>
    public static double Sigmoid(double t)
    {
        double e = Exp(-Math.Abs(t));
        return (t >= 0 ? 1 : e) / (1 + e);
    }

    /// <summary>
    /// e^x = 2^n · e^r with n = round(x / ln 2), |r| ≤ ½ ln 2, and e^r by its Taylor polynomial of degree 13, whose remainder is
    /// below 5e-18.
    /// </summary>
    public static double Exp(double x)
    {
        if (!(x >= Smallest)) return double.IsNaN(x) ? x : 0;
        if (x > Largest) return double.PositiveInfinity;
        int n = (int)((x * Log2E) + (x < 0 ? -0.5 : 0.5));
        double r = (x - (n * Ln2High)) - (n * Ln2Low);
        double p = 1.0 / 6227020800;
        p = (p * r) + (1.0 / 479001600);
        p = (p * r) + (1.0 / 39916800);
        p = (p * r) + (1.0 / 3628800);
        p = (p * r) + (1.0 / 362880);
        p = (p * r) + (1.0 / 40320);
        p = (p * r) + (1.0 / 5040);
        p = (p * r) + (1.0 / 720);
        p = (p * r) + (1.0 / 120);
        p = (p * r) + (1.0 / 24);
        p = (p * r) + (1.0 / 6);
        p = (p * r) + 0.5;
        p = 1 + (r + (p * r * r));

        // 2^n in two factors, because n may lie outside the exponents of a double (−1075 to 1024) while the result does not.
        int half = n / 2;
        return p * PowerOfTwo(half) * PowerOfTwo(n - half);
    }

    /// <summary>
    /// Φ(t). Near the middle ½ + Z(t) Σ t^(2n+1) / (1·3·…·(2n+1)), further out 1 − Q(|t|) or Q(|t|) with the continued fraction
    /// Q(x) = Z(x) / (x + 1/(x + 2/(x + 3/(x + …)))); Z is the normal density. Abramowitz and Stegun, Handbook of Mathematical
    /// Functions, 26.2.11 and 26.2.14.
    /// </summary>
    public static double Probit(double t)
    {
        if (double.IsNaN(t)) return t;
        double x = Math.Abs(t);
        if (x < ProbitSplit)
        {
            double term = t, sum = t;
            for (int n = 3; Math.Abs(term) > 1e-17 * Math.Abs(sum); n += 2)
            {
                term = term * t * t / n;
                sum += term;
            }

            return 0.5 + (Density(t) * sum);
        }

        // From ProbitSplit on, 50 levels are more than enough for a double; the density is 0 long before x² overflows.
        double below = x;
        for (int n = 50; n > 0; n--) below = x + (n / below);
        double tail = Density(x) / below;
        return t < 0 ? tail : 1 - tail;
    }

    private static double Density(double x) => InverseSqrt2Pi * Exp(-0.5 * x * x);

    /// <summary>2^n for −1022 ≤ n ≤ 1023.</summary>
    private static double PowerOfTwo(int n) => BitConverter.Int64BitsToDouble((long)(n + 1023) << 52);
}
