using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Input;

/// <summary>Spreads the bits of a key over all 64 (the finaliser of MurmurHash3, Appleby 2011), so that sequential ids do not cluster. A bijection.</summary>
internal static unsafe class KeyMix
{
    private const ulong First = 0xFF51AFD7ED558CCD, Second = 0xC4CEB9FE1A85EC53;
    private const int Shift = 33;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of(ulong key)
    {
        unchecked
        {
            key = (key ^ (key >> Shift)) * First;
            key = (key ^ (key >> Shift)) * Second;
            return key ^ (key >> Shift);
        }
    }

    /// <summary>The first <paramref name="bits"/> bits, 0 to 32, of each mixed key.</summary>
    public static void TopBits(ulong* keys, int count, int bits, uint* to)
    {
        // A shift by 64 would be none.
        int shift = 63 - bits, i = 0;
        if (Avx512DQ.IsSupported)
        {
            for (; i + 8 <= count; i += 8) EightTopBits(keys + i, shift, to + i);
            if (i < count && count >= 8)
            {
                EightTopBits(keys + count - 8, shift, to + count - 8);
                return;
            }
        }
        else if (Avx2.IsSupported)
        {
            for (; i + 4 <= count; i += 4) FourTopBits(keys + i, shift, to + i);
        }

        for (; i < count; i++) to[i] = (uint)((Of(keys[i]) >> 1) >> shift);
    }

    /// <summary>Eight keys at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<ulong> Of(Vector512<ulong> key)
    {
        key = Avx512DQ.MultiplyLow(key ^ (key >>> Shift), Vector512.Create(First));
        key = Avx512DQ.MultiplyLow(key ^ (key >>> Shift), Vector512.Create(Second));
        return key ^ (key >>> Shift);
    }

    /// <summary>Four keys at once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Of(Vector256<ulong> key)
    {
        key = Multiply(key ^ (key >>> Shift), First);
        key = Multiply(key ^ (key >>> Shift), Second);
        return key ^ (key >>> Shift);
    }

    /// <summary>The lower halves of products, of which AVX2 has only those of 32 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<ulong> Multiply(Vector256<ulong> a, ulong constant)
    {
        Vector256<uint> low = Vector256.Create(constant).AsUInt32(), high = Vector256.Create(constant >> 32).AsUInt32();
        Vector256<ulong> cross = Avx2.Multiply((a >>> 32).AsUInt32(), low) + Avx2.Multiply(a.AsUInt32(), high);
        return Avx2.Multiply(a.AsUInt32(), low) + (cross << 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EightTopBits(ulong* keys, int shift, uint* to) =>
        Avx512F.ConvertToVector256UInt32((Of(Vector512.Load(keys)) >>> 1) >>> shift).Store(to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FourTopBits(ulong* keys, int shift, uint* to)
    {
        Vector256<ulong> bits = (Of(Vector256.Load(keys)) >>> 1) >>> shift;
        Avx2.PermuteVar8x32(bits.AsUInt32(), Vector256.Create(0u, 2, 4, 6, 0, 0, 0, 0)).GetLower().Store(to);
    }
}
