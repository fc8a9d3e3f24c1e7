using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>A latent vector is one register: pair by pair, four at a time.</summary>
internal readonly unsafe struct BlocksOfOne<TRegister, TBits, TFloats, TTotal, TProducts> : IBlocks
    where TRegister : struct, IRegister<TBits, TFloats, TTotal>
    where TBits : unmanaged
    where TFloats : unmanaged
    where TTotal : unmanaged
    where TProducts : struct, IProducts
{
    public static int Fields => 1;

    public static double Pairs(byte** slots, float* factors, int fields)
    {
        nuint register = (nuint)TRegister.Size, own = 0;
        TTotal total = default;
        for (int b = 0; b < fields; b++, own += register)
        {
            byte* row = slots[b];
            for (int a = 0; a < b;)
            {
                TFloats sum0 = default, sum1 = default, sum2 = default, sum3 = default;
                int end = Math.Min(b, a + (4 * TProducts.Blocks));
                for (; a + 4 <= end; a += 4)
                {
                    byte* direct = row + ((nuint)a * register);
                    sum0 = Add(direct, slots[a] + own, factors, a, sum0);
                    sum1 = Add(direct + register, slots[a + 1] + own, factors, a + 1, sum1);
                    sum2 = Add(direct + (2 * register), slots[a + 2] + own, factors, a + 2, sum2);
                    sum3 = Add(direct + (3 * register), slots[a + 3] + own, factors, a + 3, sum3);
                }

                if (a < end) sum0 = Add(row + ((nuint)a * register), slots[a] + own, factors, a, sum0);
                if (a + 1 < end) sum1 = Add(row + ((nuint)(a + 1) * register), slots[a + 1] + own, factors, a + 1, sum1);
                if (a + 2 < end) sum2 = Add(row + ((nuint)(a + 2) * register), slots[a + 2] + own, factors, a + 2, sum2);
                a = end;
                TFloats sum = TRegister.Add(TRegister.Add(sum0, sum1), TRegister.Add(sum2, sum3));
                if (TProducts.HasFactors) sum = TRegister.Multiply(sum, TRegister.Broadcast(factors[b]));
                total = TRegister.AddTo(total, sum);
            }
        }

        return TRegister.Sum(total) * TProducts.Unit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TFloats Add(byte* direct, byte* other, float* factors, int field, TFloats sum) =>
        TProducts.Add<TRegister, TBits, TFloats, TTotal>(
            TRegister.Load(direct), TRegister.Load(other), TProducts.HasFactors ? TRegister.Broadcast(factors[field]) : default, sum);
}
