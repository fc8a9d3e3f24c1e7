using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels.Vectors;

/// <summary>Eight floats with fused multiply-add: x86-64-v3.</summary>
internal readonly unsafe struct Vector256FusedOps : IVectorOps<Vector256<float>, Wide<Vector256<double>>>
{
    public static int Width => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from) => Vector256.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadBFloat16(ushort* from) => Vector256.ShiftLeft(Avx2.ConvertToVector256Int32(from), 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> LoadInt8(sbyte* from) => Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(from));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float value) => Vector256.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Factor(float* rounded, double* exact) => Broadcast(*rounded);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide<Vector256<double>> Widen(Vector256<float> a) => new(Vector256.WidenLower(a), Vector256.WidenUpper(a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide<Vector256<double>> WideAdd(Wide<Vector256<double>> a, Wide<Vector256<double>> b) => new(a.Lower + b.Lower, a.Upper + b.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide<Vector256<double>> WideMultiplyAdd(
        Wide<Vector256<double>> a, Wide<Vector256<double>> b, Wide<Vector256<double>> c) =>
        new(Vector256.FusedMultiplyAdd(a.Lower, b.Lower, c.Lower), Vector256.FusedMultiplyAdd(a.Upper, b.Upper, c.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Wide<Vector256<double>> a)
    {
        Vector256<double> four = a.Lower + a.Upper;
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }
}
