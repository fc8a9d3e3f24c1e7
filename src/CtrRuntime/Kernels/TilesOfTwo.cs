using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// Two fields to a register of <typeparamref name="TOps"/>: 4 loads, 2 shuffles and 2 fused multiply-adds for 4 pairs.
/// Error: as <see cref="TileOfFour"/>, two accumulators taking turns with two more.
/// </summary>
internal readonly unsafe struct TilesOfTwo<TOps, TVector, TWide, THalves> : IFieldTile
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where THalves : struct, IVectorHalves<TVector>
{
    /// <summary>Most products added up in float.</summary>
    private const int Chain = 6;

    public static int Fields => 2;

    public static double Pairs<TWeights, TReader>(byte* entries, int fields, byte* next)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader
    {
        nuint tile = (nuint)(TOps.Width * TWeights.Size);
        byte* end = entries + (fields * TReader.Size);
        TWide total = default;
        nuint atI = 0;
        for (byte* i = entries; i < end; i += 2 * TReader.Size, next += 2 * TReader.Size, atI += tile)
        {
            // The pair inside the tile.
            TVector first = Read<TWeights, TReader>(i, 0, atI), second = Read<TWeights, TReader>(i, 1, atI);
            TVector sum0 = TOps.Multiply(THalves.UpperOnly(first), THalves.JoinLower(first, second));
            TVector sum1 = default, sum2 = default, sum3 = default;
            Ask<TReader>(next, atI);

            int chain = 1;
            byte* j = i + (2 * TReader.Size);
            byte* nextJ = next + (2 * TReader.Size);
            nuint atJ = atI + tile;
            for (; j + (2 * TReader.Size) < end; j += 4 * TReader.Size, nextJ += 4 * TReader.Size, atJ += 2 * tile)
            {
                Tile<TWeights, TReader>(i, j, atI, atJ, ref sum0, ref sum1);
                Tile<TWeights, TReader>(i, j + (2 * TReader.Size), atI, atJ + tile, ref sum2, ref sum3);
                Ask<TReader>(next, atJ);
                Ask<TReader>(next, atJ + tile);
                Ask<TReader>(nextJ, atI);
                Ask<TReader>(nextJ + (2 * TReader.Size), atI);
                if (++chain < Chain) continue;
                total = TOps.WideAdd(total, TOps.Widen(TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3))));
                sum0 = sum1 = sum2 = sum3 = default;
                chain = 0;
            }

            if (j < end)
            {
                Tile<TWeights, TReader>(i, j, atI, atJ, ref sum2, ref sum3);
                Ask<TReader>(next, atJ);
                Ask<TReader>(nextJ, atI);
            }

            total = TOps.WideAdd(total, TOps.Widen(TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3))));
        }

        return TOps.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile<TWeights, TReader>(byte* i, byte* j, nuint atI, nuint atJ, ref TVector sum0, ref TVector sum1)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader
    {
        TVector b0 = Read<TWeights, TReader>(j, 0, atI), b1 = Read<TWeights, TReader>(j, 1, atI);
        sum0 = TOps.MultiplyAdd(Read<TWeights, TReader>(i, 0, atJ), THalves.JoinLower(b0, b1), sum0);
        sum1 = TOps.MultiplyAdd(Read<TWeights, TReader>(i, 1, atJ), THalves.JoinUpper(b0, b1), sum1);
    }

    /// <summary>Asks for the lines that start at an offset of two rows; tiles that start within a line leave it to the tile that starts it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask<TReader>(byte* tile, nuint offset)
        where TReader : struct, IFieldReader
    {
        if (offset % LineFetch.Line != 0) return;
        LineFetch.Ask(TReader.Row(tile) + offset);
        LineFetch.Ask(TReader.Row(tile + TReader.Size) + offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Read<TWeights, TReader>(byte* tile, int row, nuint offset)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader => TReader.Read<TOps, TVector, TWide, TWeights>(tile + (row * TReader.Size), offset);
}
