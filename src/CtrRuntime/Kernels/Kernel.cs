namespace CtrRuntime.Kernels;

/// <summary>
/// Computes the pair sum of one row for one model kind, register width, latent length and weight type. Kernels hold no state of a
/// model: one instance serves all models and threads. The linear terms, which all kinds share, are <see cref="LinearSum"/>.
/// </summary>
internal abstract unsafe class Kernel
{
    /// <summary>Kernels may use this many field rows of scratch memory, however short the row.</summary>
    public const int LeastScratch = 512;

    /// <summary>The sum over the pairs of a row.</summary>
    /// <param name="weights">Where the model's numbers are.</param>
    /// <param name="row">The row; the values of its features may be changed. Features are sorted by field if the kind uses fields.</param>
    /// <param name="next">The row that follows: its weights are asked for while this row is computed. Empty when there is none.</param>
    /// <param name="scratch">Memory for the kernel's own bookkeeping, a field row for each feature, and at least <see cref="LeastScratch"/>.</param>
    public abstract double Pairs(in WeightTable weights, in KernelRow row, in KernelRow next, FieldRow* scratch);
}
