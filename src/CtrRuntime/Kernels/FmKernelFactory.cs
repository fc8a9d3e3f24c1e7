using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Makes the kernel of factorization machines.</summary>
internal readonly struct FmKernelFactory : IKernelFactory
{
    public static Kernel Create<TOps, TVector, TWide, TWeights, TTile>()
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights
        where TTile : struct, IFieldTile => new FmKernel<TOps, TVector, TWide, TWeights>();
}
