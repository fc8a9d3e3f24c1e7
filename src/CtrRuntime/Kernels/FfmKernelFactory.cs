using CtrRuntime.Kernels.Blocks;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Makes the kernel of field-aware factorization machines.</summary>
internal readonly struct FfmKernelFactory : IKernelFactory
{
    public static Kernel Create<TOps, TVector, TWide, TWeights>(KernelLevel level, int paddedLatent)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights => new FfmKernel<TOps, TVector, TWide, TWeights>(
            BlockShapes.Find(level, paddedLatent, TWeights.Type), FieldSumsShapes.Find<TWeights>(level));
}
