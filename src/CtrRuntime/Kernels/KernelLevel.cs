using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels;

/// <summary>
/// The instruction sets kernels are written for, those of x86-64 named as its psABI names them. A level fixes the register width and
/// whether products and sums are fused, and so the exact bits of a score: at one level every front end gives the same score.
/// </summary>
public enum KernelLevel
{
    /// <summary>The best level that this build and this processor have.</summary>
    Best = 0,

    /// <summary>128-bit registers, products rounded before they are added. Any x86-64 processor since about 2009.</summary>
    V2 = 2,

    /// <summary>Up to 256-bit registers with fused multiply-add (AVX2, FMA).</summary>
    V3 = 3,

    /// <summary>Up to 512-bit registers with fused multiply-add (AVX-512).</summary>
    V4 = 4,

    /// <summary>128-bit registers with fused multiply-add: any 64-bit Arm processor (Armv8-A with Advanced SIMD).</summary>
    Arm64 = 5,
}

/// <summary>What this build and this processor can run, and the levels' names.</summary>
internal static class KernelLevels
{
    /// <summary>Whether <paramref name="level"/> can be scored with here. Ahead-of-time builds fold this to a constant.</summary>
    public static bool IsSupported(KernelLevel level) => level switch
    {
        KernelLevel.Best => true,
        KernelLevel.V2 => !AdvSimd.Arm64.IsSupported,
        KernelLevel.V3 => Avx2.IsSupported && Fma.IsSupported,
        KernelLevel.V4 => Avx512F.IsSupported && Avx512DQ.IsSupported && Vector512.IsHardwareAccelerated && Fma.IsSupported,
        KernelLevel.Arm64 => AdvSimd.Arm64.IsSupported,
        _ => false,
    };

    /// <summary>The levels that can be scored with here, the best one last.</summary>
    public static IEnumerable<KernelLevel> Supported =>
        new[] { KernelLevel.V2, KernelLevel.V3, KernelLevel.V4, KernelLevel.Arm64 }.Where(IsSupported);

    /// <summary>The level itself, or the best supported one for <see cref="KernelLevel.Best"/>.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Unsupported"/>: the level cannot be run here.</exception>
    public static KernelLevel Resolve(KernelLevel level)
    {
        if (!IsSupported(level))
            throw new CtrException(CtrStatus.Unsupported, $"kernel level {Name(level)} is not available in this build or on this processor");
        if (level != KernelLevel.Best) return level;
        return IsSupported(KernelLevel.Arm64) ? KernelLevel.Arm64
            : IsSupported(KernelLevel.V4) ? KernelLevel.V4
            : IsSupported(KernelLevel.V3) ? KernelLevel.V3
            : KernelLevel.V2;
    }

    /// <summary>
    /// As <see cref="Resolve"/>, but with the kernels of <see cref="KernelLevel.V2"/> everywhere: arm64 lacks nothing of what they take, and the
    /// golden logits of a model come from them, so that its file is the same wherever it is written.
    /// </summary>
    public static KernelLevel ResolveKernels(KernelLevel level) => level == KernelLevel.V2 ? level : Resolve(level);

    /// <summary>A level's name: that of the psABI, for example <c>x86-64-v3</c>, or <c>arm64</c>.</summary>
    public static string Name(KernelLevel level) => level switch
    {
        KernelLevel.Best => "best",
        KernelLevel.V2 => "x86-64-v2",
        KernelLevel.V3 => "x86-64-v3",
        KernelLevel.V4 => "x86-64-v4",
        KernelLevel.Arm64 => "arm64",
        _ => ((int)level).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>The level of a name (or of <c>v2</c>, <c>v3</c>, <c>v4</c>, <c>best</c>); null when it is none.</summary>
    public static KernelLevel? Parse(string name) => name switch
    {
        "best" => KernelLevel.Best,
        "v2" or "x86-64-v2" => KernelLevel.V2,
        "v3" or "x86-64-v3" => KernelLevel.V3,
        "v4" or "x86-64-v4" => KernelLevel.V4,
        "arm64" => KernelLevel.Arm64,
        _ => null,
    };
}
