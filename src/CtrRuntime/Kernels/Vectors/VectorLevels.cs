using System.Runtime.Intrinsics;

namespace CtrRuntime.Kernels.Vectors;

/// <summary>
/// Which vector operations a level uses: the widest it has whose width divides the padded latent length, because a latent
/// vector is read in whole vectors and nothing beside it may be. V2 is always 128 bits without fusing, so that it is the
/// same on every processor.
/// </summary>
internal static class VectorLevels
{
    /// <summary>The kernel of <typeparamref name="TFactory"/> for a level and a padded latent length (a positive multiple of 4).</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Unsupported"/>: the level cannot be run here.</exception>
    public static Kernel Create<TFactory>(KernelLevel level, int paddedLatent)
        where TFactory : struct, IKernelFactory
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(paddedLatent, 4);
        ArgumentOutOfRangeException.ThrowIfNotEqual(paddedLatent % 4, 0);
        level = KernelLevels.Resolve(level);
        if (level == KernelLevel.V2) return TFactory.Create<Vector128Ops, Vector128<float>, Wide<Vector128<double>>>();
        if (level == KernelLevel.V4 && paddedLatent % 16 == 0)
            return TFactory.Create<Vector512FusedOps, Vector512<float>, Wide<Vector512<double>>>();
        if (paddedLatent % 8 == 0) return TFactory.Create<Vector256FusedOps, Vector256<float>, Wide<Vector256<double>>>();
        return TFactory.Create<Vector128FusedOps, Vector128<float>, Wide<Vector128<double>>>();
    }
}
