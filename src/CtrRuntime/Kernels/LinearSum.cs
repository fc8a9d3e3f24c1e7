using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels;

/// <summary>
/// The linear term every kind has: Σ w_i x_i, without the bias.
/// <para>
/// A product of two floats is exact in double. Four double accumulators take the terms in turn and are added as
/// (0 + 1) + (2 + 3): one order, the same bits at every level. Error: below n · 2⁻⁵³ · Σ|w x|.
/// </para>
/// </summary>
internal struct LinearSum
{
    private double _next;
    private double _second;
    private double _third;
    private double _last;

    /// <summary>The sum so far.</summary>
    public readonly double Total => (_next + _second) + (_third + _last);

    /// <summary>Adds w x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float weight, float value)
    {
        // The accumulators change places instead of the code being repeated four times: renaming registers costs nothing.
        double sum = _next + ((double)weight * value);
        _next = _second;
        _second = _third;
        _third = _last;
        _last = sum;
    }
}
