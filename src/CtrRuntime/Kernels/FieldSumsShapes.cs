using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>The <see cref="FieldSums"/> for a level: slots of several latent vectors, and the spans of contexts, are multiples of sixteen weights, which the widest registers read.</summary>
internal static class FieldSumsShapes
{
    /// <summary>For a level that can be run here and one type of weights.</summary>
    public static FieldSums Find<TWeights>(KernelLevel level)
        where TWeights : struct, IWeights
    {
        if (level == KernelLevel.Arm64 && AdvSimd.Arm64.IsSupported) return new FieldSums<Vector128FusedOps, Vector128<float>, Wide<Vector128<double>>, TWeights>();
        if (level == KernelLevel.V4 && Avx512F.IsSupported) return new FieldSums<Vector512FusedOps, Vector512<float>, Wide<Vector512<double>>, TWeights>();
        if (level >= KernelLevel.V3 && Avx2.IsSupported) return new FieldSums<Vector256FusedOps, Vector256<float>, Wide<Vector256<double>>, TWeights>();
        return new FieldSums<Vector128Ops, Vector128<float>, Wide<Vector128<double>>, TWeights>();
    }
}
