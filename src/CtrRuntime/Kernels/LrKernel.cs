namespace CtrRuntime.Kernels;

/// <summary>
/// Logistic regression: logit = b + Σ w_i x_i. Everything is in <see cref="LinearSum"/>: double accumulators, four in turn,
/// error below n · 2⁻⁵³ · Σ|w x|, one cache line a feature. All levels share it, so all give the same bits.
/// </summary>
internal sealed unsafe class LrKernel : Kernel
{
    public override RowTerms Evaluate(in WeightTable weights, Feature* features, int count, ulong* keys) =>
        new(LinearSum.Of(weights, features, count), 0);
}
