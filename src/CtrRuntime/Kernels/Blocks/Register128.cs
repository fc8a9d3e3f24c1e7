using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>x86-64-v2 and arm64, which round as <typeparamref name="TOps"/>.</summary>
internal readonly unsafe struct Register128<TOps> : IRegister<Vector128<uint>, Vector128<float>, Vector128<double>>
    where TOps : struct, IVectorOps<Vector128<float>, Wide<Vector128<double>>>
{
    public static int Size => 16;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Load(byte* from) => Vector128.Load((uint*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> After(Vector128<uint> bits, int row, int fields) =>
        Vector128.GreaterThanOrEqual(Vector128<uint>.Indices, Vector128.Create((uint)((row + 1) * (4 / fields)))) & bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Vector128<uint> r0, ref Vector128<uint> r1)
    {
        Vector128<ulong> a = r0.AsUInt64(), b = r1.AsUInt64();
        r0 = Low(a, b).AsUInt32();
        r1 = High(a, b).AsUInt32();
    }

    /// <exception cref="NotSupportedException">There are no such blocks.</exception>
    public static void Transpose(ref Vector128<uint> r0, ref Vector128<uint> r1, ref Vector128<uint> r2, ref Vector128<uint> r3) => throw new NotSupportedException();

    /// <exception cref="NotSupportedException">There are no such blocks.</exception>
    public static void Transpose(
        ref Vector128<uint> r0, ref Vector128<uint> r1, ref Vector128<uint> r2, ref Vector128<uint> r3,
        ref Vector128<uint> r4, ref Vector128<uint> r5, ref Vector128<uint> r6, ref Vector128<uint> r7) => throw new NotSupportedException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Spread(float* factors, int fields) => Vector128.Create(factors[0], factors[0], factors[1], factors[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Broadcast(float number) => Vector128.Create(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Floats(Vector128<uint> bits) => bits.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> FirstBFloat16(Vector128<uint> bits) => (bits << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> SecondBFloat16(Vector128<uint> bits) => (bits & Vector128.Create(0xFFFF0000)).AsSingle();

    // As in Register512.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Products256(Vector128<uint> a, Vector128<uint> b)
    {
        Vector128<int> even = AddAdjacent(a.AsInt16() << 8, (b.AsInt16() << 8) >> 8);
        Vector128<int> odd = AddAdjacent((a & Vector128.Create(0xFF00FF00)).AsInt16(), b.AsInt16() >> 8);
        return Vector128.ConvertToSingle(even + odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Add(Vector128<float> a, Vector128<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Multiply(Vector128<float> a, Vector128<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> a, Vector128<float> b, Vector128<float> c) => TOps.MultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<double> AddTo(Vector128<double> total, Vector128<float> floats) =>
        total + (Vector128.WidenLower(floats) + Vector128.WidenUpper(floats));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector128<double> total) => total[0] + total[1];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> Low(Vector128<ulong> a, Vector128<ulong> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> High(Vector128<ulong> a, Vector128<ulong> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    /// <summary>The products of neighbouring 16-bit numbers, added by twos.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> AddAdjacent(Vector128<short> a, Vector128<short> b)
    {
        if (Sse2.IsSupported) return Sse2.MultiplyAddAdjacent(a, b);
        return AdvSimd.Arm64.AddPairwise(
            AdvSimd.MultiplyWideningLower(a.GetLower(), b.GetLower()), AdvSimd.MultiplyWideningUpper(a, b));
    }
}
