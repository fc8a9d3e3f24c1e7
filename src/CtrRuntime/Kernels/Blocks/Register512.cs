using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>x86-64-v4.</summary>
internal readonly unsafe struct Register512 : IRegister<Vector512<uint>, Vector512<float>, Vector512<double>>
{
    public static int Size => 64;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> Load(byte* from) => Vector512.Load((uint*)from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<uint> After(Vector512<uint> bits, int row, int fields) =>
        Vector512.GreaterThanOrEqual(Vector512<uint>.Indices, Vector512.Create((uint)((row + 1) * (16 / fields)))) & bits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Vector512<uint> r0, ref Vector512<uint> r1)
    {
        Vector512<ulong> a = r0.AsUInt64(), b = r1.AsUInt64();
        r0 = Avx512F.Shuffle4x128(a, b, 0x44).AsUInt32();
        r1 = Avx512F.Shuffle4x128(a, b, 0xEE).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(ref Vector512<uint> r0, ref Vector512<uint> r1, ref Vector512<uint> r2, ref Vector512<uint> r3)
    {
        Vector512<uint> even0 = Avx512F.Shuffle4x128(r0, r1, 0x88), even1 = Avx512F.Shuffle4x128(r2, r3, 0x88);
        Vector512<uint> odd0 = Avx512F.Shuffle4x128(r0, r1, 0xDD), odd1 = Avx512F.Shuffle4x128(r2, r3, 0xDD);
        r0 = Avx512F.Shuffle4x128(even0, even1, 0x88);
        r1 = Avx512F.Shuffle4x128(odd0, odd1, 0x88);
        r2 = Avx512F.Shuffle4x128(even0, even1, 0xDD);
        r3 = Avx512F.Shuffle4x128(odd0, odd1, 0xDD);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Transpose(
        ref Vector512<uint> r0, ref Vector512<uint> r1, ref Vector512<uint> r2, ref Vector512<uint> r3,
        ref Vector512<uint> r4, ref Vector512<uint> r5, ref Vector512<uint> r6, ref Vector512<uint> r7)
    {
        Vector512<uint> even0 = Low(r0, r1), odd0 = High(r0, r1), even1 = Low(r2, r3), odd1 = High(r2, r3);
        Vector512<uint> even2 = Low(r4, r5), odd2 = High(r4, r5), even3 = Low(r6, r7), odd3 = High(r6, r7);
        Transpose(ref even0, ref even1, ref even2, ref even3);
        Transpose(ref odd0, ref odd1, ref odd2, ref odd3);
        r0 = even0;
        r1 = odd0;
        r2 = even1;
        r3 = odd1;
        r4 = even2;
        r5 = odd2;
        r6 = even3;
        r7 = odd3;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Spread(float* factors, int fields)
    {
        if (fields == 8) return Avx512F.PermuteVar16x32(Vector256.Load(factors).ToVector512Unsafe(), Vector512.Create(0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7));
        if (fields == 4)
            return Avx512F.PermuteVar16x32(Vector128.Load(factors).ToVector256Unsafe().ToVector512Unsafe(), Vector512.Create(0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));
        return Avx512DQ.InsertVector256(Vector256.Create(factors[0]).ToVector512Unsafe(), Vector256.Create(factors[1]), 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Broadcast(float number) => Vector512.Create(number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Floats(Vector512<uint> bits) => bits.AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FirstBFloat16(Vector512<uint> bits) => (bits << 16).AsSingle();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> SecondBFloat16(Vector512<uint> bits) => (bits & Vector512.Create(0xFFFF0000)).AsSingle();

    // Of each pair of bytes, one is the upper half of a 16-bit number on one side, which is 256 times itself, and a 16-bit number on the other.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Products256(Vector512<uint> a, Vector512<uint> b)
    {
        Vector512<int> even = Avx512BW.MultiplyAddAdjacent(a.AsInt16() << 8, (b.AsInt16() << 8) >> 8);
        Vector512<int> odd = Avx512BW.MultiplyAddAdjacent((a & Vector512.Create(0xFF00FF00)).AsInt16(), b.AsInt16() >> 8);
        return Avx512F.ConvertToVector512Single(even + odd);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Multiply(Vector512<float> a, Vector512<float> b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> c) => Avx512F.FusedMultiplyAdd(a, b, c);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> AddTo(Vector512<double> total, Vector512<float> floats) =>
        total + (Avx512F.ConvertToVector512Double(floats.GetLower()) + Avx512F.ConvertToVector512Double(floats.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(Vector512<double> total)
    {
        Vector256<double> four = total.GetLower() + total.GetUpper();
        Vector128<double> two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Low(Vector512<uint> a, Vector512<uint> b) => Avx512F.UnpackLow(a.AsUInt64(), b.AsUInt64()).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> High(Vector512<uint> a, Vector512<uint> b) => Avx512F.UnpackHigh(a.AsUInt64(), b.AsUInt64()).AsUInt32();
}
