using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels.Vectors;

/// <summary>Halves of eight floats.</summary>
internal readonly struct Vector256Halves : IVectorHalves<Vector256<float>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> JoinLower(Vector256<float> a, Vector256<float> b) => Avx.Permute2x128(a, b, 0x20);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> JoinUpper(Vector256<float> a, Vector256<float> b) => Avx.Permute2x128(a, b, 0x31);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> UpperOnly(Vector256<float> a) => Avx.Blend(Vector256<float>.Zero, a, 0xF0);
}
