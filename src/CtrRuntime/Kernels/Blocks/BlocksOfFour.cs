using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>Four latent vectors to a register.</summary>
internal readonly unsafe struct BlocksOfFour<TRegister, TBits, TFloats, TTotal, TProducts> : IBlocks
    where TRegister : struct, IRegister<TBits, TFloats, TTotal>
    where TBits : unmanaged
    where TFloats : unmanaged
    where TTotal : unmanaged
    where TProducts : struct, IProducts
{
    private const int N = 4;

    public static int Fields => N;

    public static double Pairs(byte** slots, float* factors, int fields)
    {
        nuint own = 0;
        byte** end = slots + fields;
        TTotal total = default;
        float* ownFactors = factors;
        for (byte** rows = slots; rows < end; rows += N, ownFactors += N, own += (nuint)TRegister.Size)
        {
            TFloats x = TProducts.HasFactors ? TRegister.Spread(ownFactors, N) : default;
            Diagonal(rows, own, x, out TFloats sum0, out TFloats sum1, out TFloats sum2, out TFloats sum3);
            float* factor = factors;
            nuint offset = 0;
            int left = TProducts.Blocks - 1;
            for (byte** others = slots; others < rows; others += N, offset += (nuint)TRegister.Size)
            {
                TBits t0 = TRegister.Load(others[0] + own);
                TBits t1 = TRegister.Load(others[1] + own);
                TBits t2 = TRegister.Load(others[2] + own);
                TBits t3 = TRegister.Load(others[3] + own);
                TRegister.Transpose(ref t0, ref t1, ref t2, ref t3);
                if (TProducts.HasFactors)
                {
                    x = TRegister.Spread(factor, N);
                    factor += N;
                }

                sum0 = Add(rows[0] + offset, t0, x, sum0);
                sum1 = Add(rows[1] + offset, t1, x, sum1);
                sum2 = Add(rows[2] + offset, t2, x, sum2);
                sum3 = Add(rows[3] + offset, t3, x, sum3);
                if (--left != 0) continue;
                total = TRegister.AddTo(total, Join(sum0, sum1, sum2, sum3, ownFactors));
                sum0 = sum1 = sum2 = sum3 = default;
                left = TProducts.Blocks;
            }

            total = TRegister.AddTo(total, Join(sum0, sum1, sum2, sum3, ownFactors));
        }

        return TRegister.Sum(total) * TProducts.Unit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Add(byte* direct, TBits transposed, TFloats factors, TFloats sum) =>
        TProducts.Add<TRegister, TBits, TFloats, TTotal>(TRegister.Load(direct), transposed, factors, sum);

    /// <summary>The pairs of a block with itself: each vector with those behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Diagonal(byte** rows, nuint own, TFloats x, out TFloats sum0, out TFloats sum1, out TFloats sum2, out TFloats sum3)
    {
        TBits d0 = TRegister.Load(rows[0] + own), t0 = d0;
        TBits d1 = TRegister.Load(rows[1] + own), t1 = d1;
        TBits d2 = TRegister.Load(rows[2] + own), t2 = d2;
        TBits d3 = TRegister.Load(rows[3] + own), t3 = d3;
        TRegister.Transpose(ref t0, ref t1, ref t2, ref t3);
        sum0 = TProducts.Add<TRegister, TBits, TFloats, TTotal>(TRegister.After(d0, 0, N), t0, x, default);
        sum1 = TProducts.Add<TRegister, TBits, TFloats, TTotal>(TRegister.After(d1, 1, N), t1, x, default);
        sum2 = TProducts.Add<TRegister, TBits, TFloats, TTotal>(TRegister.After(d2, 2, N), t2, x, default);
        sum3 = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Join(TFloats sum0, TFloats sum1, TFloats sum2, TFloats sum3, float* factors)
    {
        if (TProducts.HasFactors)
        {
            sum0 = TRegister.Multiply(sum0, TRegister.Broadcast(factors[0]));
            sum1 = TRegister.Multiply(sum1, TRegister.Broadcast(factors[1]));
            sum2 = TRegister.Multiply(sum2, TRegister.Broadcast(factors[2]));
            sum3 = TRegister.Multiply(sum3, TRegister.Broadcast(factors[3]));
        }

        return TRegister.Add(TRegister.Add(sum0, sum1), TRegister.Add(sum2, sum3));
    }
}
