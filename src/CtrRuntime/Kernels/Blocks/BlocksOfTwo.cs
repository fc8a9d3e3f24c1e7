using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>Two latent vectors to a register: a slot is asked for every other block, of which there are many.</summary>
internal readonly unsafe struct BlocksOfTwo<TRegister, TBits, TFloats, TTotal, TProducts> : IBlocks
    where TRegister : struct, IRegister<TBits, TFloats, TTotal>
    where TBits : unmanaged
    where TFloats : unmanaged
    where TTotal : unmanaged
    where TProducts : struct, IProducts
{
    private const int N = 2;

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
            Diagonal(rows, own, x, out TFloats sum0, out TFloats sum1);
            float* factor = factors;
            nuint offset = 0;
            int left = TProducts.Blocks - 1;
            for (byte** others = slots; others < rows; others += N, offset += (nuint)TRegister.Size)
            {
                TBits t0 = TRegister.Load(others[0] + own);
                TBits t1 = TRegister.Load(others[1] + own);
                TRegister.Transpose(ref t0, ref t1);
                if (TProducts.HasFactors)
                {
                    x = TRegister.Spread(factor, N);
                    factor += N;
                }

                sum0 = Add(rows[0] + offset, t0, x, sum0);
                sum1 = Add(rows[1] + offset, t1, x, sum1);
                if (--left != 0) continue;
                total = TRegister.AddTo(total, Join(sum0, sum1, ownFactors));
                sum0 = sum1 = default;
                left = TProducts.Blocks;
            }

            total = TRegister.AddTo(total, Join(sum0, sum1, ownFactors));
        }

        return TRegister.Sum(total) * TProducts.Unit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Add(byte* direct, TBits transposed, TFloats factors, TFloats sum) =>
        TProducts.Add<TRegister, TBits, TFloats, TTotal>(TRegister.Load(direct), transposed, factors, sum);

    /// <summary>The pairs of a block with itself: each vector with those behind it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Diagonal(byte** rows, nuint own, TFloats x, out TFloats sum0, out TFloats sum1)
    {
        TBits d0 = TRegister.Load(rows[0] + own), t0 = d0;
        TBits d1 = TRegister.Load(rows[1] + own), t1 = d1;
        TRegister.Transpose(ref t0, ref t1);
        sum0 = TProducts.Add<TRegister, TBits, TFloats, TTotal>(TRegister.After(d0, 0, N), t0, x, default);
        sum1 = default;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Join(TFloats sum0, TFloats sum1, float* factors)
    {
        if (TProducts.HasFactors)
        {
            sum0 = TRegister.Multiply(sum0, TRegister.Broadcast(factors[0]));
            sum1 = TRegister.Multiply(sum1, TRegister.Broadcast(factors[1]));
        }

        return TRegister.Add(sum0, sum1);
    }
}
