namespace CtrRuntime.Kernels;

/// <summary>The two sums of a row's logit that an instance norm scales differently: Σ w x, and the sum over pairs.</summary>
internal readonly record struct RowTerms(double Linear, double Pairs);

/// <summary>
/// Computes the sums of one row for one model kind, register width and latent length. Kernels hold no state of a model:
/// one instance serves all models and threads.
/// </summary>
internal abstract unsafe class Kernel
{
    /// <summary>
    /// The linear and the pair sum of a row.
    /// </summary>
    /// <param name="weights">Where the model's numbers are.</param>
    /// <param name="features">The row's known features; sorted by field if the kind asks for it.</param>
    /// <param name="count">Number of features, 0 included.</param>
    /// <param name="keys">The caller's keys of the row, indexed by <see cref="Feature.Position"/>.</param>
    public abstract RowTerms Evaluate(in WeightTable weights, Feature* features, int count, ulong* keys);
}
