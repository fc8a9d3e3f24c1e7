using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>
/// Latent vectors of four bytes, eight of them to half of a 512-bit register: a register has those of two rows, r and r + 4, since blocks of sixteen fields
/// would be mostly padding.
/// </summary>
internal readonly unsafe struct HalvesOfEight<TProducts> : IBlocks
    where TProducts : struct, IProducts
{
    private const int N = 8, Size = 32;

    public static int Fields => N;

    public static double Pairs(byte** slots, float* factors, int fields)
    {
        nuint own = 0;
        byte** end = slots + fields;
        Vector512<double> total = default;
        float* ownFactors = factors;
        for (byte** rows = slots; rows < end; rows += N, ownFactors += N, own += Size)
        {
            Vector512<float> x = TProducts.HasFactors ? Spread(ownFactors) : default;
            Diagonal(rows, own, x, out Vector512<float> sum0, out Vector512<float> sum1, out Vector512<float> sum2, out Vector512<float> sum3);
            float* factor = factors;
            nuint offset = 0;
            int left = TProducts.Blocks - 1;
            for (byte** others = slots; others < rows; others += N, offset += Size)
            {
                Vector512<uint> t0 = Load(others, 0, own), t1 = Load(others, 1, own), t2 = Load(others, 2, own), t3 = Load(others, 3, own);
                Transpose(ref t0, ref t1, ref t2, ref t3);
                if (TProducts.HasFactors)
                {
                    x = Spread(factor);
                    factor += N;
                }

                sum0 = Add(Load(rows, 0, offset), t0, x, sum0);
                sum1 = Add(Load(rows, 1, offset), t1, x, sum1);
                sum2 = Add(Load(rows, 2, offset), t2, x, sum2);
                sum3 = Add(Load(rows, 3, offset), t3, x, sum3);
                if (--left != 0) continue;
                total = Register512.AddTo(total, Join(sum0, sum1, sum2, sum3, ownFactors));
                sum0 = sum1 = sum2 = sum3 = default;
                left = TProducts.Blocks;
            }

            total = Register512.AddTo(total, Join(sum0, sum1, sum2, sum3, ownFactors));
        }

        return Register512.Sum(total) * TProducts.Unit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Add(Vector512<uint> direct, Vector512<uint> transposed, Vector512<float> factors, Vector512<float> sum) =>
        TProducts.Add<Register512, Vector512<uint>, Vector512<float>, Vector512<double>>(direct, transposed, factors, sum);

    /// <summary>Rows r and r + 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Load(byte** rows, int r, nuint offset) =>
        Avx512F.InsertVector256(
            Vector256.Load((uint*)(rows[r] + offset)).ToVector512Unsafe().AsUInt64(), Vector256.Load((ulong*)(rows[r + 4] + offset)), 1).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ref Vector512<uint> r0, ref Vector512<uint> r1, ref Vector512<uint> r2, ref Vector512<uint> r3)
    {
        Vector512<ulong> low01 = Avx512F.UnpackLow(r0, r1).AsUInt64(), high01 = Avx512F.UnpackHigh(r0, r1).AsUInt64();
        Vector512<ulong> low23 = Avx512F.UnpackLow(r2, r3).AsUInt64(), high23 = Avx512F.UnpackHigh(r2, r3).AsUInt64();
        r0 = Sort(Avx512F.UnpackLow(low01, low23));
        r1 = Sort(Avx512F.UnpackHigh(low01, low23));
        r2 = Sort(Avx512F.UnpackLow(high01, high23));
        r3 = Sort(Avx512F.UnpackHigh(high01, high23));
    }

    /// <summary>The quarters 0, 2, 1, 3.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> Sort(Vector512<ulong> quarters) => Avx512F.Shuffle4x128(quarters, quarters, 0xD8).AsUInt32();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Spread(float* factors) => Avx512DQ.BroadcastVector256ToVector512(factors);

    /// <summary>The pairs of a block with itself: each vector with those behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Diagonal(
        byte** rows, nuint own, Vector512<float> x,
        out Vector512<float> sum0, out Vector512<float> sum1, out Vector512<float> sum2, out Vector512<float> sum3)
    {
        Vector512<uint> d0 = Load(rows, 0, own), d1 = Load(rows, 1, own), d2 = Load(rows, 2, own), d3 = Load(rows, 3, own);
        Vector512<uint> t0 = d0, t1 = d1, t2 = d2, t3 = d3;
        Transpose(ref t0, ref t1, ref t2, ref t3);
        sum0 = Add(After(d0, 0), t0, x, default);
        sum1 = Add(After(d1, 1), t1, x, default);
        sum2 = Add(After(d2, 2), t2, x, default);
        sum3 = Add(After(d3, 3), t3, x, default);
    }

    /// <summary>The lanes of a register that are behind the fields of its two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<uint> After(Vector512<uint> bits, int row)
    {
        Vector512<uint> fields = Vector512.Create(0u, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 4, 5, 6, 7);
        uint r = (uint)row;
        Vector512<uint> own = Vector512.Create(r, r, r, r, r, r, r, r, r + 4, r + 4, r + 4, r + 4, r + 4, r + 4, r + 4, r + 4);
        return Vector512.GreaterThan(fields, own) & bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Join(Vector512<float> sum0, Vector512<float> sum1, Vector512<float> sum2, Vector512<float> sum3, float* factors)
    {
        if (TProducts.HasFactors)
        {
            sum0 *= Factor(factors, 0);
            sum1 *= Factor(factors, 1);
            sum2 *= Factor(factors, 2);
            sum3 *= Factor(factors, 3);
        }

        return (sum0 + sum1) + (sum2 + sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Factor(float* factors, int row) =>
        Avx512DQ.InsertVector256(Vector256.Create(factors[row]).ToVector512Unsafe(), Vector256.Create(factors[row + 4]), 1);
}
