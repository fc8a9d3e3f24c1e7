using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Makes the kernel of field-aware factorization machines.</summary>
internal readonly struct FfmKernelFactory : IKernelFactory
{
    public static Kernel Create<TOps, TVector, TWide>()
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged => new FfmKernel<TOps, TVector, TWide>();
}
