namespace CtrRuntime.Kernels.Vectors;

/// <summary>Makes a kernel for the vector operations that <see cref="VectorLevels"/> has picked.</summary>
internal interface IKernelFactory
{
    /// <summary>The kernel over <typeparamref name="TOps"/>.</summary>
    static abstract Kernel Create<TOps, TVector, TWide>()
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged;
}
