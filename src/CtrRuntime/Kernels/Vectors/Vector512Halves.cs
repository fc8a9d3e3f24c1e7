using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels.Vectors;

/// <summary>Halves of sixteen floats.</summary>
internal readonly struct Vector512Halves : IVectorHalves<Vector512<float>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> JoinLower(Vector512<float> a, Vector512<float> b) => Avx512F.Shuffle4x128(a, b, 0x44);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> JoinUpper(Vector512<float> a, Vector512<float> b) => Avx512F.Shuffle4x128(a, b, 0xEE);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> UpperOnly(Vector512<float> a) => Avx512F.Shuffle4x128(Vector512<float>.Zero, a, 0xE0);
}
