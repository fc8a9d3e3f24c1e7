namespace CtrRuntime.Kernels;

/// <summary>
/// Computes the pair sums of rows for one model kind, register width, latent length and weight type. Kernels hold no state of a
/// model: one instance serves all models and threads. The linear terms, which all kinds share, are <see cref="LinearSum"/>.
/// A row's sum depends on the row alone, not on its group.
/// </summary>
internal abstract unsafe class Kernel
{
    /// <summary>Most rows that are scored together.</summary>
    public virtual int GroupRows(in WeightTable weights) => RowGroup.MostRows;

    /// <summary>
    /// What two groups' memory and the scratch memory of any kernel come to at most, beside <see cref="MostFeatureMemory"/> bytes a feature.
    /// </summary>
    public const int MostFixedMemory = 40 * 1024;

    /// <summary>Bytes a feature of two groups' memory and the scratch memory of any kernel.</summary>
    public const int MostFeatureMemory = 64;

    /// <summary>Bytes of memory that the kernel needs for what <see cref="Arrange"/> leaves to <see cref="Pairs"/>, in a group of up to so many features; a multiple of 64.</summary>
    public virtual nuint MemoryFor(in WeightTable weights, int features) => 0;

    /// <summary>Bytes of memory that <see cref="Pairs"/> needs for its own work; a multiple of 64.</summary>
    public virtual nuint ScratchFor(int features) => 0;

    /// <summary>
    /// Prepares a group whose slots are known, a group ahead of <see cref="Pairs"/>, and asks for the memory that Pairs reads, unless Pairs itself does
    /// so for its next group. Reads no weights.
    /// </summary>
    public virtual void Arrange(in WeightTable weights, in RowGroup group)
    {
    }

    /// <summary>Asks for what Arrange has left to the Pairs of a group before: there is none before the first.</summary>
    public virtual void AskForFirst(in WeightTable weights, in RowGroup group)
    {
    }

    /// <summary>The sum over the pairs of each row of a group.</summary>
    /// <param name="weights">Where the model's numbers are.</param>
    /// <param name="group">The rows, arranged.</param>
    /// <param name="next">The group that follows, arranged; no rows when there is none.</param>
    /// <param name="pairs">A sum for each row.</param>
    /// <param name="scratch">Memory of <see cref="ScratchFor"/> bytes, aligned to 64.</param>
    public abstract void Pairs(in WeightTable weights, in RowGroup group, in RowGroup next, double* pairs, byte* scratch);

    /// <summary>Bytes that <see cref="Prepare"/> writes for a context of <paramref name="count"/> features.</summary>
    public abstract nuint ContextSize(in WeightTable weights, int count);

    /// <summary>Writes what <see cref="CandidatePairs"/> needs of a context.</summary>
    /// <param name="weights">Where the model's numbers are.</param>
    /// <param name="group">The context: a group of one row.</param>
    /// <param name="context">Memory to be filled.</param>
    /// <param name="scratch">As for <see cref="Pairs"/>.</param>
    public abstract void Prepare(in WeightTable weights, in RowGroup group, in KernelContext context, byte* scratch);

    /// <summary>
    /// Whether reading the context leads to nothing outside of it and of the weights, whatever else it holds: it comes from memory that
    /// is not ours.
    /// </summary>
    public abstract bool IsSound(in WeightTable weights, in KernelContext context);

    /// <summary>
    /// As <see cref="Pairs"/>, and for each row of the group, a candidate, its pairs with the features of a context. Together with the context's own pairs
    /// that is the sum for the row of both, within the same error.
    /// </summary>
    public abstract void CandidatePairs(in WeightTable weights, in KernelContext context, in RowGroup group, in RowGroup next, double* pairs, byte* scratch);
}
