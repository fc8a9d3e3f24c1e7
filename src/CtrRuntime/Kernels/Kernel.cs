namespace CtrRuntime.Kernels;

/// <summary>
/// Computes the pair sum of one row for one model kind, register width, latent length and weight type. Kernels hold no state of a
/// model: one instance serves all models and threads. The linear terms, which all kinds share, are <see cref="LinearSum"/>.
/// </summary>
internal abstract unsafe class Kernel
{
    /// <summary>Kernels may use this many field rows of scratch memory, however short the row.</summary>
    public const int LeastScratch = 512;

    /// <summary>Kernels may write this many features behind those of a row.</summary>
    public const int Padding = 3;

    /// <summary>Brings the features of a row into the order that the kernel wants. Reads no weights.</summary>
    public virtual void Arrange(in WeightTable weights, ref KernelRow row)
    {
    }

    /// <summary>The sum over the pairs of a row.</summary>
    /// <param name="weights">Where the model's numbers are.</param>
    /// <param name="row">The row, arranged; its features may be changed.</param>
    /// <param name="next">The row that follows, arranged: its weights are asked for while this row is computed. Empty when there is none.</param>
    /// <param name="scratch">Memory for the kernel's own bookkeeping, a field row for each feature, and at least <see cref="LeastScratch"/>.</param>
    public abstract double Pairs(in WeightTable weights, in KernelRow row, in KernelRow next, FieldRow* scratch);
}
