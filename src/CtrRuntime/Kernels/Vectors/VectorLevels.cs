using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels.Vectors;

/// <summary>
/// Which vector operations a level uses: the widest it has whose width divides the padded latent length, because a latent
/// vector is read in whole vectors and nothing beside it may be. V2 is always 128 bits without fusing, so that it is the same on every processor;
/// arm64 is always 128 bits with fusing.
/// </summary>
internal static class VectorLevels
{
    /// <summary>The kernel of <typeparamref name="TFactory"/> for a level, a padded latent length (a positive multiple of 4) and a weight type.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Unsupported"/>: the level cannot be run here.</exception>
    public static Kernel Create<TFactory>(KernelLevel level, int paddedLatent, WeightType type)
        where TFactory : struct, IKernelFactory
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(paddedLatent, 4);
        ArgumentOutOfRangeException.ThrowIfNotEqual(paddedLatent % 4, 0);
        level = KernelLevels.ResolveKernels(level);
        return type switch
        {
            WeightType.Float32 => Create<TFactory, Float32Weights>(level, paddedLatent),
            WeightType.BFloat16 => Create<TFactory, BFloat16Weights>(level, paddedLatent),
            _ => Create<TFactory, Int8Weights>(level, paddedLatent),
        };
    }

    private static Kernel Create<TFactory, TWeights>(KernelLevel level, int paddedLatent)
        where TFactory : struct, IKernelFactory
        where TWeights : struct, IWeights
    {
        // The processor is asked, although the level says it all, because the compiler ahead of time knows the answer and leaves out what cannot run.
        if (level == KernelLevel.Arm64 && AdvSimd.Arm64.IsSupported)
            return TFactory.Create<Vector128FusedOps, Vector128<float>, Wide<Vector128<double>>, TWeights>(level, paddedLatent);

        if (level == KernelLevel.V4 && Avx512F.IsSupported && paddedLatent % 16 == 0)
            return TFactory.Create<Vector512FusedOps, Vector512<float>, Wide<Vector512<double>>, TWeights>(level, paddedLatent);

        if (level >= KernelLevel.V3 && Avx2.IsSupported)
        {
            if (paddedLatent % 8 == 0)
                return TFactory.Create<Vector256FusedOps, Vector256<float>, Wide<Vector256<double>>, TWeights>(level, paddedLatent);
            return TFactory.Create<Vector128FusedOps, Vector128<float>, Wide<Vector128<double>>, TWeights>(level, paddedLatent);
        }

        return TFactory.Create<Vector128Ops, Vector128<float>, Wide<Vector128<double>>, TWeights>(level, paddedLatent);
    }
}
