namespace CtrRuntime.Kernels;

/// <summary>
/// A kind of model: its layout, the sections it needs and its kernels, described once. Everything else treats all kinds alike;
/// the kinds are listed in <see cref="ModelKinds"/>.
/// </summary>
internal abstract class ModelKind
{
    /// <summary>Number of the kind in the model file; never reused.</summary>
    public abstract uint Id { get; }

    /// <summary>Name on the command line and in reports, for example <c>ffm</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Whether a slot has latent vectors, so that the latent length k must be at least 1 (otherwise it is 0).</summary>
    public bool HasLatent => LatentBlocks(1) > 0;

    /// <summary>Latent vectors of one slot in a model of <paramref name="fields"/> fields: 0, 1 or one per field.</summary>
    public abstract int LatentBlocks(int fields);

    /// <summary>Whether rows need field numbers, and kernels want features sorted by field.</summary>
    public virtual bool UsesFields => false;

    /// <summary>The exact number of fields that the kind demands, or null.</summary>
    public virtual int? ExactFields => null;

    /// <summary>Whether the model has a table of pair weights.</summary>
    public virtual bool HasPairTable => false;

    /// <summary>The kernel for a register level, a padded latent length (a multiple of 4; 0 for kinds without latent vectors) and a weight type.</summary>
    public abstract Kernel CreateKernel(KernelLevel level, int paddedLatent, WeightType type);
}
