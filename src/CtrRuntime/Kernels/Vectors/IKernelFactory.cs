namespace CtrRuntime.Kernels.Vectors;

/// <summary>Makes a kernel for the vector operations and the weights that <see cref="VectorLevels"/> has picked.</summary>
internal interface IKernelFactory
{
    /// <summary>The kernel over <typeparamref name="TOps"/> and <typeparamref name="TWeights"/> of a level and a padded latent length.</summary>
    static abstract Kernel Create<TOps, TVector, TWide, TWeights>(KernelLevel level, int paddedLatent)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights;
}
