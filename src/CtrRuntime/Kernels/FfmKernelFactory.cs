using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Makes the kernel of field-aware factorization machines.</summary>
internal readonly struct FfmKernelFactory : IKernelFactory
{
    public static Kernel Create<TOps, TVector, TWide, TWeights, TTile>()
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights
        where TTile : struct, IFieldTile => new FfmKernel<TOps, TVector, TWide, TWeights, TTile>();
}
