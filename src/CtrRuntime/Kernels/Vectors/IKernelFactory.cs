namespace CtrRuntime.Kernels.Vectors;

/// <summary>Makes a kernel for the vector operations and the weights that <see cref="VectorLevels"/> has picked.</summary>
internal interface IKernelFactory
{
    /// <summary>The kernel over <typeparamref name="TOps"/>, <typeparamref name="TWeights"/> and tiles of fields.</summary>
    static abstract Kernel Create<TOps, TVector, TWide, TWeights, TTile>()
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights
        where TTile : struct, IFieldTile;
}
