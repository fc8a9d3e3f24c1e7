using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CtrRuntime.Input;

namespace CtrRuntime.Kernels;

/// <summary>
/// <see cref="PairHash.Entry"/> of one key with each of several others, as many at a time as the processor has lanes for. Integers: however wide,
/// the entries are the same.
/// </summary>
internal static unsafe class PairEntries
{
    /// <summary>Keys that may be read behind the last one, and entries that may be written behind the last one.</summary>
    public const int Padding = 8;

    private const ulong Spread = 0x9E3779B97F4A7C15;

    /// <summary>
    /// The entries of <paramref name="key"/> with each of <paramref name="count"/> keys, in a table of 2^<paramref name="bits"/> entries, bits from 0
    /// to 32.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(ulong key, ulong* others, nuint count, int bits, uint* entries)
    {
        if (Avx512DQ.IsSupported)
            Eights(key, others, count, bits, entries);
        else if (Avx2.IsSupported)
            Fours(key, others, count, bits, entries);
        else
            Ones(key, others, count, bits, entries);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Eights(ulong key, ulong* others, nuint count, int bits, uint* entries)
    {
        Vector512<ulong> one = Vector512.Create(key);
        // A vector's count, because one of 64 clears all bits: what a table of one entry needs.
        Vector128<ulong> shift = Vector128.CreateScalar((ulong)(64 - bits));
        for (nuint i = 0; i < count; i += 8)
        {
            Vector512<ulong> other = Vector512.Load(others + i);
            Vector512<ulong> z = Avx512DQ.MultiplyLow(Avx512F.Min(one, other), Vector512.Create(Spread)) + Avx512F.Max(one, other);
            Avx512F.ConvertToVector256UInt32(Avx512F.ShiftRightLogical(KeyMix.Of(z), shift)).Store(entries + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fours(ulong key, ulong* others, nuint count, int bits, uint* entries)
    {
        // The signed comparison of numbers whose sign is turned is the unsigned one.
        Vector256<ulong> one = Vector256.Create(key), sign = Vector256.Create(1UL << 63), oneSigned = one ^ sign;
        Vector128<ulong> shift = Vector128.CreateScalar((ulong)(64 - bits));
        for (nuint i = 0; i < count; i += 4)
        {
            Vector256<ulong> other = Vector256.Load(others + i);
            Vector256<byte> above = Avx2.CompareGreaterThan(oneSigned.AsInt64(), (other ^ sign).AsInt64()).AsByte();
            Vector256<ulong> low = Avx2.BlendVariable(one.AsByte(), other.AsByte(), above).AsUInt64();
            Vector256<ulong> high = Avx2.BlendVariable(other.AsByte(), one.AsByte(), above).AsUInt64();
            Vector256<ulong> z = Avx2.ShiftRightLogical(KeyMix.Of(KeyMix.Multiply(low, Spread) + high), shift);
            Avx2.PermuteVar8x32(z.AsUInt32(), Vector256.Create(0u, 2, 4, 6, 0, 0, 0, 0)).GetLower().Store(entries + i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ones(ulong key, ulong* others, nuint count, int bits, uint* entries)
    {
        for (nuint i = 0; i < count; i++)
        {
            // Sorted without a branch, which the processor would guess wrong half the time; the hash's own is then always right.
            ulong other = others[i], low = key ^ ((key ^ other) & (0 - (other < key ? 1UL : 0UL)));
            entries[i] = (uint)PairHash.Entry(low, key ^ other ^ low, bits);
        }
    }
}
