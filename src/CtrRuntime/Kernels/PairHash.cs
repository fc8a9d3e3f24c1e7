using System.Runtime.CompilerServices;
using CtrRuntime.Input;

namespace CtrRuntime.Kernels;

/// <summary>
/// Where the weight of a pair of keys stands in POLY2's table of 2^bits weights; the one place that says so, for scorer and
/// trainer.
/// <para>
/// With lo and hi the smaller and the larger key, z = lo · 0x9E3779B97F4A7C15 + hi (mod 2⁶⁴; the odd integer next to
/// 2⁶⁴/φ keeps pairs of small ids apart), mixed by <see cref="KeyMix"/>. The entry is the top bits of the result.
/// Sorting the keys makes it symmetric: the order of features in a row does not matter.
/// </para>
/// </summary>
internal static class PairHash
{
    /// <summary>The entry of the pair {<paramref name="a"/>, <paramref name="b"/>} in a table of 2^<paramref name="bits"/> entries, bits from 0 to 63.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint Entry(ulong a, ulong b, int bits) => (nuint)((Mix(a, b) >> 1) >> (63 - bits));

    /// <summary>All 64 bits of the hash.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong a, ulong b)
    {
        unchecked
        {
            return KeyMix.Of((Math.Min(a, b) * 0x9E3779B97F4A7C15) + Math.Max(a, b));
        }
    }
}
