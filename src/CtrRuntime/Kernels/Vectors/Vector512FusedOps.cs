using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels.Vectors;

/// <summary>Sixteen floats with fused multiply-add: x86-64-v4.</summary>
internal readonly unsafe struct Vector512FusedOps : IVectorOps<Vector512<float>, Wide<Vector512<double>>>
{
    public static int Width => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Load(float* from) => Vector512.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadBFloat16(ushort* from) => Vector512.ShiftLeft(Avx512F.ConvertToVector512Int32(Vector256.Load(from)), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> LoadInt8(sbyte* from) => Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Vector128.Load(from)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float value) => Vector512.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Factor(float* rounded, double* exact) => Broadcast(*rounded);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Avx512F.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide<Vector512<double>> Widen(Vector512<float> a) => new(Vector512.WidenLower(a), Vector512.WidenUpper(a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide<Vector512<double>> WideAdd(Wide<Vector512<double>> a, Wide<Vector512<double>> b) => new(a.Lower + b.Lower, a.Upper + b.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide<Vector512<double>> WideMultiplyAdd(
        Wide<Vector512<double>> a, Wide<Vector512<double>> b, Wide<Vector512<double>> c) =>
        new(Avx512F.FusedMultiplyAdd(a.Lower, b.Lower, c.Lower), Avx512F.FusedMultiplyAdd(a.Upper, b.Upper, c.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Wide<Vector512<double>> a)
    {
        Vector512<double> eight = a.Lower + a.Upper;
        Vector256<double> four = eight.GetLower() + eight.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }
}
