namespace CtrRuntime.Model;

/// <summary>
/// The instance norm r = 1/Σx² as exponents: the linear sum is multiplied by r^(LinearHalves/2) and the pair sum by r^PairPower.
/// All zero, our default, is no norm; libffm is (0, 1), xLearn FM (1, 2).
/// </summary>
/// <param name="LinearHalves">0, 1 or 2: the exponent of the linear sum in halves.</param>
/// <param name="PairPower">0, 1 or 2: the exponent of the pair sum.</param>
/// <param name="CountsUnknown">Whether features unknown to the model count in Σx².</param>
internal readonly record struct InstanceNorm(int LinearHalves, int PairPower, bool CountsUnknown)
{
    /// <summary>No norm.</summary>
    public static InstanceNorm None => default;

    /// <summary>Whether scores depend on Σx² at all.</summary>
    public bool IsNone => LinearHalves == 0 && PairPower == 0;

    /// <summary>The logit: bias + r^a · linear + r^b · pairs. A row with Σx² = 0 has r = 0.</summary>
    public double Compose(double bias, double linearSum, double pairSum, double sumOfSquares)
    {
        if (IsNone) return bias + linearSum + pairSum;
        double r = sumOfSquares > 0 ? 1 / sumOfSquares : 0;
        double linear = LinearHalves switch { 0 => 1, 1 => Math.Sqrt(r), _ => r };
        double pairs = PairPower switch { 0 => 1, 1 => r, _ => r * r };
        return bias + (linear * linearSum) + (pairs * pairSum);
    }
}
