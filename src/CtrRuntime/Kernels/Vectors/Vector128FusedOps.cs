using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CtrRuntime.Kernels.Vectors;

/// <summary>Four floats with fused multiply-add: latent lengths that are no multiple of 8 from x86-64-v3 on, and all of them on arm64.</summary>
internal readonly unsafe struct Vector128FusedOps : IVectorOps<Vector128<float>, Wide<Vector128<double>>>
{
    public static int Width => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Load(float* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadBFloat16(ushort* from) => (Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(ulong*)from).AsUInt16()) << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> LoadInt8(sbyte* from) => Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(int*)from).AsSByte())));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Factor(float* rounded, double* exact) => Broadcast(*rounded);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => Vector128.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide<Vector128<double>> Widen(Vector128<float> a) => new(Vector128.WidenLower(a), Vector128.WidenUpper(a));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide<Vector128<double>> WideAdd(Wide<Vector128<double>> a, Wide<Vector128<double>> b) => new(a.Lower + b.Lower, a.Upper + b.Upper);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide<Vector128<double>> WideMultiplyAdd(
        Wide<Vector128<double>> a, Wide<Vector128<double>> b, Wide<Vector128<double>> c) =>
        new(Vector128.FusedMultiplyAdd(a.Lower, b.Lower, c.Lower), Vector128.FusedMultiplyAdd(a.Upper, b.Upper, c.Upper));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Wide<Vector128<double>> a)
    {
        Vector128<double> two = a.Lower + a.Upper;
        return two[0] + two[1];
    }
}
