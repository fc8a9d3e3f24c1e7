using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Makes the kernel of factorization machines.</summary>
internal readonly struct FmKernelFactory : IKernelFactory
{
    public static Kernel Create<TOps, TVector, TWide, TWeights>(KernelLevel level, int paddedLatent)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights => new FmKernel<TOps, TVector, TWide, TWeights>();
}
