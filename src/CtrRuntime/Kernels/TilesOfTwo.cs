using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// Two fields to a register of <typeparamref name="TOps"/>: 4 loads, 2 shuffles and 2 fused multiply-adds for 4 pairs.
/// Error: as <see cref="TileOfFour"/>, two accumulators taking turns with two more.
/// </summary>
internal static unsafe class TilesOfTwo<TOps, TVector, TWide, THalves>
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where THalves : struct, IVectorHalves<TVector>
{
    /// <summary>Most products added up in float.</summary>
    private const int Chain = 6;

    /// <summary>See <see cref="IFieldTile.Pairs"/>.</summary>
    public static double Pairs<TWeights, TReader>(in WeightTable weights, FieldRow* rows, int fields, ref LineFetch next)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader
    {
        nuint tile = (nuint)(TOps.Width * TWeights.Size);
        TWide total = default;
        nuint atI = 0;
        for (int i = 0; i < fields; i += 2, atI += tile)
        {
            FieldRow* rowsI = rows + i;

            // The pair inside the tile.
            TVector first = Read<TWeights, TReader>(weights, rowsI, atI), second = Read<TWeights, TReader>(weights, rowsI + 1, atI);
            TVector sum0 = TOps.Multiply(THalves.UpperOnly(first), THalves.JoinLower(first, second));
            TVector sum1 = default, sum2 = default, sum3 = default;
            next.Step();

            int chain = 1;
            FieldRow* rowsJ = rowsI + 2, end = rows + fields;
            nuint atJ = atI + tile;
            for (; rowsJ + 2 < end; rowsJ += 4, atJ += 2 * tile)
            {
                Tile<TWeights, TReader>(weights, rowsI, rowsJ, atI, atJ, ref sum0, ref sum1);
                Tile<TWeights, TReader>(weights, rowsI, rowsJ + 2, atI, atJ + tile, ref sum2, ref sum3);
                next.Step();
                if (++chain < Chain) continue;
                total = TOps.WideAdd(total, TOps.Widen(TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3))));
                sum0 = sum1 = sum2 = sum3 = default;
                chain = 0;
            }

            if (rowsJ < end) Tile<TWeights, TReader>(weights, rowsI, rowsJ, atI, atJ, ref sum2, ref sum3);
            total = TOps.WideAdd(total, TOps.Widen(TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3))));
        }

        return TOps.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile<TWeights, TReader>(
        in WeightTable weights, FieldRow* rowsI, FieldRow* rowsJ, nuint atI, nuint atJ, ref TVector sum0, ref TVector sum1)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader
    {
        TVector b0 = Read<TWeights, TReader>(weights, rowsJ, atI), b1 = Read<TWeights, TReader>(weights, rowsJ + 1, atI);
        sum0 = TOps.MultiplyAdd(Read<TWeights, TReader>(weights, rowsI, atJ), THalves.JoinLower(b0, b1), sum0);
        sum1 = TOps.MultiplyAdd(Read<TWeights, TReader>(weights, rowsI + 1, atJ), THalves.JoinUpper(b0, b1), sum1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Read<TWeights, TReader>(in WeightTable weights, FieldRow* field, nuint offset)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader => TReader.Read<TOps, TVector, TWide, TWeights>(weights, field, offset);
}
