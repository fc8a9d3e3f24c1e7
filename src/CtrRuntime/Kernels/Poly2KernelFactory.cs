using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Makes the kernel of POLY2.</summary>
internal readonly struct Poly2KernelFactory : IKernelFactory
{
    public static Kernel Create<TOps, TVector, TWide, TWeights>(KernelLevel level, int paddedLatent)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights => new Poly2Kernel<TOps, TVector, TWide, TWeights>();
}
