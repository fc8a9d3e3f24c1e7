using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// Latent vectors of four floats, four fields to a 512-bit register: 8 loads, 8 shuffles and 4 fused multiply-adds for 16 pairs.
/// <para>
/// Error in u = 2⁻²⁴: at most 4 a side (<see cref="FewFeatures"/>), at most <see cref="Chain"/> products added to each of four accumulators,
/// 2 for joining them; then double. 4 + 4 + 6 + 2 = 16 is the budget.
/// </para>
/// </summary>
internal readonly unsafe struct TileOfFour : IFieldTile
{
    /// <summary>Most products added up in float.</summary>
    private const int Chain = 6;

    public static int Fields => 4;

    public static double Pairs<TWeights, TReader>(byte* entries, int fields, byte* next)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader
    {
        Vector512<float> after0 = Vector512.Create(0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1).AsSingle();
        Vector512<float> after1 = Vector512.Create(0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1).AsSingle();
        Vector512<float> after2 = Vector512.Create(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1).AsSingle();
        nuint tile = (nuint)(16 * TWeights.Size);
        byte* end = entries + (fields * TReader.Size);
        Wide<Vector512<double>> total = default;
        nuint atI = 0;
        for (byte* i = entries; i < end; i += 4 * TReader.Size, next += 4 * TReader.Size, atI += tile)
        {
            // Pairs inside the tile: field r with those after it.
            Vector512<float> b0 = Read<TWeights, TReader>(i, 0, atI), b1 = Read<TWeights, TReader>(i, 1, atI);
            Vector512<float> b2 = Read<TWeights, TReader>(i, 2, atI), b3 = Read<TWeights, TReader>(i, 3, atI);
            Vector512<float> sum0 = b0 & after0, sum1 = b1 & after1, sum2 = b2 & after2;
            Transpose(ref b0, ref b1, ref b2, ref b3);
            sum0 *= b0;
            sum1 *= b1;
            sum2 *= b2;
            Vector512<float> sum3 = Vector512<float>.Zero;
            byte* next0 = Row<TReader>(next, 0), next1 = Row<TReader>(next, 1), next2 = Row<TReader>(next, 2), next3 = Row<TReader>(next, 3);
            if (IsLineStart(atI)) Ask(next0, next1, next2, next3, atI);

            int chain = 1;
            nuint atJ = atI + tile;
            byte* nextJ = next + (4 * TReader.Size);
            for (byte* j = i + (4 * TReader.Size); j < end; j += 4 * TReader.Size, nextJ += 4 * TReader.Size, atJ += tile)
            {
                b0 = Read<TWeights, TReader>(j, 0, atI);
                b1 = Read<TWeights, TReader>(j, 1, atI);
                b2 = Read<TWeights, TReader>(j, 2, atI);
                b3 = Read<TWeights, TReader>(j, 3, atI);
                Transpose(ref b0, ref b1, ref b2, ref b3);
                sum0 = Avx512F.FusedMultiplyAdd(Read<TWeights, TReader>(i, 0, atJ), b0, sum0);
                sum1 = Avx512F.FusedMultiplyAdd(Read<TWeights, TReader>(i, 1, atJ), b1, sum1);
                sum2 = Avx512F.FusedMultiplyAdd(Read<TWeights, TReader>(i, 2, atJ), b2, sum2);
                sum3 = Avx512F.FusedMultiplyAdd(Read<TWeights, TReader>(i, 3, atJ), b3, sum3);
                if (IsLineStart(atJ)) Ask(next0, next1, next2, next3, atJ);
                if (IsLineStart(atI)) Ask(Row<TReader>(nextJ, 0), Row<TReader>(nextJ, 1), Row<TReader>(nextJ, 2), Row<TReader>(nextJ, 3), atI);
                if (++chain < Chain) continue;
                total = Vector512FusedOps.WideAdd(total, Vector512FusedOps.Widen((sum0 + sum1) + (sum2 + sum3)));
                sum0 = sum1 = sum2 = sum3 = Vector512<float>.Zero;
                chain = 0;
            }

            total = Vector512FusedOps.WideAdd(total, Vector512FusedOps.Widen((sum0 + sum1) + (sum2 + sum3)));
        }

        return Vector512FusedOps.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsLineStart(nuint offset) => offset % LineFetch.Line == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(byte* row0, byte* row1, byte* row2, byte* row3, nuint offset)
    {
        LineFetch.Ask(row0 + offset);
        LineFetch.Ask(row1 + offset);
        LineFetch.Ask(row2 + offset);
        LineFetch.Ask(row3 + offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Row<TReader>(byte* tile, int row)
        where TReader : struct, IFieldReader => TReader.Row(tile + (row * TReader.Size));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Read<TWeights, TReader>(byte* tile, int row, nuint offset)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader =>
        TReader.Read<Vector512FusedOps, Vector512<float>, Wide<Vector512<double>>, TWeights>(tile + (row * TReader.Size), offset);

    /// <summary>The vectors as a 4 × 4 matrix of quarters, transposed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ref Vector512<float> r0, ref Vector512<float> r1, ref Vector512<float> r2, ref Vector512<float> r3)
    {
        Vector512<float> low01 = Avx512F.Shuffle4x128(r0, r1, 0x44), low23 = Avx512F.Shuffle4x128(r2, r3, 0x44);
        Vector512<float> high01 = Avx512F.Shuffle4x128(r0, r1, 0xEE), high23 = Avx512F.Shuffle4x128(r2, r3, 0xEE);
        r0 = Avx512F.Shuffle4x128(low01, low23, 0x88);
        r1 = Avx512F.Shuffle4x128(low01, low23, 0xDD);
        r2 = Avx512F.Shuffle4x128(high01, high23, 0x88);
        r3 = Avx512F.Shuffle4x128(high01, high23, 0xDD);
    }
}
