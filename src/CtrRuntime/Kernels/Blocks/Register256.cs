using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>x86-64-v3.</summary>
internal readonly unsafe struct Register256 : IRegister<Vector256<uint>, Vector256<float>, Vector256<double>>
{
    public static int Size => 32;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> Load(byte* from) => Vector256.Load((uint*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<uint> After(Vector256<uint> bits, int row, int fields) =>
        Vector256.GreaterThanOrEqual(Vector256<uint>.Indices, Vector256.Create((uint)((row + 1) * (8 / fields)))) & bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Vector256<uint> r0, ref Vector256<uint> r1)
    {
        Vector256<uint> a = r0, b = r1;
        r0 = Avx2.Permute2x128(a, b, 0x20);
        r1 = Avx2.Permute2x128(a, b, 0x31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Vector256<uint> r0, ref Vector256<uint> r1, ref Vector256<uint> r2, ref Vector256<uint> r3)
    {
        Vector256<uint> even0 = Low(r0, r1), odd0 = High(r0, r1), even1 = Low(r2, r3), odd1 = High(r2, r3);
        r0 = Avx2.Permute2x128(even0, even1, 0x20);
        r1 = Avx2.Permute2x128(odd0, odd1, 0x20);
        r2 = Avx2.Permute2x128(even0, even1, 0x31);
        r3 = Avx2.Permute2x128(odd0, odd1, 0x31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(
        ref Vector256<uint> r0, ref Vector256<uint> r1, ref Vector256<uint> r2, ref Vector256<uint> r3,
        ref Vector256<uint> r4, ref Vector256<uint> r5, ref Vector256<uint> r6, ref Vector256<uint> r7)
    {
        Vector256<uint> a0 = Avx2.UnpackLow(r0, r1), a1 = Avx2.UnpackHigh(r0, r1), b0 = Avx2.UnpackLow(r2, r3), b1 = Avx2.UnpackHigh(r2, r3);
        Vector256<uint> c0 = Avx2.UnpackLow(r4, r5), c1 = Avx2.UnpackHigh(r4, r5), d0 = Avx2.UnpackLow(r6, r7), d1 = Avx2.UnpackHigh(r6, r7);
        Vector256<uint> ab0 = Low(a0, b0), ab1 = High(a0, b0), ab2 = Low(a1, b1), ab3 = High(a1, b1);
        Vector256<uint> cd0 = Low(c0, d0), cd1 = High(c0, d0), cd2 = Low(c1, d1), cd3 = High(c1, d1);
        r0 = Avx2.Permute2x128(ab0, cd0, 0x20);
        r1 = Avx2.Permute2x128(ab1, cd1, 0x20);
        r2 = Avx2.Permute2x128(ab2, cd2, 0x20);
        r3 = Avx2.Permute2x128(ab3, cd3, 0x20);
        r4 = Avx2.Permute2x128(ab0, cd0, 0x31);
        r5 = Avx2.Permute2x128(ab1, cd1, 0x31);
        r6 = Avx2.Permute2x128(ab2, cd2, 0x31);
        r7 = Avx2.Permute2x128(ab3, cd3, 0x31);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Spread(float* factors, int fields)
    {
        if (fields == 8) return Vector256.Load(factors);
        if (fields == 4) return Avx2.PermuteVar8x32(Vector128.Load(factors).ToVector256Unsafe(), Vector256.Create(0, 0, 1, 1, 2, 2, 3, 3));
        return Vector256.Create(Vector128.Create(factors[0]), Vector128.Create(factors[1]));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Broadcast(float number) => Vector256.Create(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Floats(Vector256<uint> bits) => bits.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> FirstBFloat16(Vector256<uint> bits) => (bits << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> SecondBFloat16(Vector256<uint> bits) => (bits & Vector256.Create(0xFFFF0000)).AsSingle();

    // As in Register512.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Products256(Vector256<uint> a, Vector256<uint> b)
    {
        Vector256<int> even = Avx2.MultiplyAddAdjacent(a.AsInt16() << 8, (b.AsInt16() << 8) >> 8);
        Vector256<int> odd = Avx2.MultiplyAddAdjacent((a & Vector256.Create(0xFF00FF00)).AsInt16(), b.AsInt16() >> 8);
        return Vector256.ConvertToSingle(even + odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Multiply(Vector256<float> a, Vector256<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Fma.MultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> AddTo(Vector256<double> total, Vector256<float> floats) =>
        total + (Avx.ConvertToVector256Double(floats.GetLower()) + Avx.ConvertToVector256Double(floats.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector256<double> total)
    {
        Vector128<double> two = total.GetLower() + total.GetUpper();
        return two[0] + two[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Low(Vector256<uint> a, Vector256<uint> b) => Avx2.UnpackLow(a.AsUInt64(), b.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> High(Vector256<uint> a, Vector256<uint> b) => Avx2.UnpackHigh(a.AsUInt64(), b.AsUInt64()).AsUInt32();
}
