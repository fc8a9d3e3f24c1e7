using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Makes the kernel of factorization machines.</summary>
internal readonly struct FmKernelFactory : IKernelFactory
{
    public static Kernel Create<TOps, TVector, TWide>()
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged => new FmKernel<TOps, TVector, TWide>();
}
