using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels;

/// <summary>
/// The instruction sets kernels are written for, named as the x86-64 psABI names them. A level fixes the register width and
/// whether products and sums are fused, and so the exact bits of a score: at one level every front end gives the same score.
/// </summary>
public enum KernelLevel
{
    /// <summary>The best level that this build and this processor have.</summary>
    Best = 0,

    /// <summary>128-bit registers, products rounded before they are added. Runs everywhere.</summary>
    V2 = 2,

    /// <summary>Up to 256-bit registers with fused multiply-add (AVX2, FMA).</summary>
    V3 = 3,

    /// <summary>Up to 512-bit registers with fused multiply-add (AVX-512).</summary>
    V4 = 4,
}

/// <summary>What this build and this processor can run, and the levels' names.</summary>
internal static class KernelLevels
{
    /// <summary>Whether <paramref name="level"/> can be run here. Ahead-of-time builds fold this to a constant.</summary>
    public static bool IsSupported(KernelLevel level) => level switch
    {
        KernelLevel.Best or KernelLevel.V2 => true,
        KernelLevel.V3 => Avx2.IsSupported && Fma.IsSupported,
        KernelLevel.V4 => Avx512F.IsSupported && Avx512DQ.IsSupported && Vector512.IsHardwareAccelerated && Fma.IsSupported,
        _ => false,
    };

    /// <summary>The level itself, or the best supported one for <see cref="KernelLevel.Best"/>.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Unsupported"/>: the level cannot be run here.</exception>
    public static KernelLevel Resolve(KernelLevel level)
    {
        if (!IsSupported(level))
            throw new CtrException(CtrStatus.Unsupported, $"kernel level {Name(level)} is not available in this build or on this processor");
        if (level != KernelLevel.Best) return level;
        return IsSupported(KernelLevel.V4) ? KernelLevel.V4 : IsSupported(KernelLevel.V3) ? KernelLevel.V3 : KernelLevel.V2;
    }

    /// <summary>The psABI's name, for example <c>x86-64-v3</c>.</summary>
    public static string Name(KernelLevel level) => level switch
    {
        KernelLevel.Best => "best",
        KernelLevel.V2 => "x86-64-v2",
        KernelLevel.V3 => "x86-64-v3",
        KernelLevel.V4 => "x86-64-v4",
        _ => ((int)level).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };

    /// <summary>The level of a psABI name (or <c>v2</c>, <c>v3</c>, <c>v4</c>, <c>best</c>); null when it is none.</summary>
    public static KernelLevel? Parse(string name) => name switch
    {
        "best" => KernelLevel.Best,
        "v2" or "x86-64-v2" => KernelLevel.V2,
        "v3" or "x86-64-v3" => KernelLevel.V3,
        "v4" or "x86-64-v4" => KernelLevel.V4,
        _ => null,
    };
}
