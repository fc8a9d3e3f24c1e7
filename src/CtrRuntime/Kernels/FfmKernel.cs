using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// Field-aware factorization machine (Juan et al., RecSys 2016):
/// pairs = Σ_{i&lt;j} &lt;v_{i,f_j}, v_{j,f_i}&gt; x_i x_j, pairs within a field included. A slot holds F latent vectors of kA weights; features
/// come sorted by field. With S_{a,b} = Σ x_i v_{i,b} over the features i of field a, pairs of fields are &lt;S_{a,b}, S_{b,a}&gt;.
/// <para>
/// <b>Fields of a few features</b> take part in float, by tiles (<see cref="IFieldTile"/>) where a register holds several latent vectors and the
/// row has most fields, else by <see cref="PairLoop"/>. <b>Fields of many features</b> (<see cref="LargeFields"/>) are summed in double,
/// each with all others. Pairs within a field are those of a factorization machine (<see cref="LatentSums{TOps, TVector, TWide, TWeights}"/>).
/// </para>
/// Error: within the budget of 16u · Σ|pair products|, u = 2⁻²⁴. Cost: O(nnz F kA + F² kA / 2); ⌈F kA · size/64⌉ cache lines a feature.
/// A row whose float products overflow is computed again in double.
/// </summary>
internal sealed unsafe class FfmKernel<TOps, TVector, TWide, TWeights, TTile> : Kernel
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where TWeights : struct, IWeights
    where TTile : struct, IFieldTile
{
    /// <summary>Features j in a tile of the pair loop: four accumulators of at most six products.</summary>
    private const int Tile = 24;

    /// <summary>Tiles need an entry for every field of the model, padded by up to three, and scratch memory has room for these.</summary>
    private const int MostTiledFields = LeastScratch - 3;

    public override void Arrange(in WeightTable weights, ref KernelRow row)
    {
        Feature* features = row.Features;
        if (row.Count == weights.Blocks)
        {
            bool every = true, ones = true;
            for (int f = 0; f < row.Count; f++)
            {
                every &= features[f].Field == f;
                ones &= features[f].Value == 1;
            }

            row.HasEveryField = every;
            row.IsOnes = ones;
            if (every)
            {
                for (int p = 0; p < Padding; p++) features[row.Count + p] = features[row.Count - 1];
                return;
            }
        }

        FeatureOrder.SortByField(features, row.Count);
    }

    public override double Pairs(in WeightTable weights, in KernelRow row, in KernelRow next, FieldRow* scratch)
    {
        if (TWeights.IsScaled) Scale(weights, row);
        double pairs = row.HasEveryField ? EveryField(weights, row, next) : AnyFields(weights, row, next, scratch);
        return double.IsFinite(pairs) ? pairs : InDouble(weights, row, scratch);
    }

    private static bool HasTiles(in WeightTable weights) => TTile.Fields > 0 && weights.Blocks is > 1 and <= MostTiledFields;

    private static void Scale(in WeightTable weights, in KernelRow row)
    {
        SlotScale.Apply(weights, row);
        if (!row.HasEveryField) return;
        for (int p = 0; p < Padding; p++) row.Features[row.Count + p] = row.Features[row.Count - 1];
    }

    private static double EveryField(in WeightTable weights, in KernelRow row, in KernelRow next)
    {
        byte* entries = (byte*)row.Features;
        bool ones = row.IsOnes && !TWeights.IsScaled;
        if (!HasTiles(weights))
            return ones ? PairLoop<SingleOnes>(weights, entries, row.Count, next) : PairLoop<SingleValues>(weights, entries, row.Count, next);
        int fields = WholeTiles(row.Count);
        byte* asked = (byte*)Asked(weights, row, next);
        return ones ? TTile.Pairs<TWeights, SingleOnes>(entries, fields, asked) : TTile.Pairs<TWeights, SingleValues>(entries, fields, asked);
    }

    private static double AnyFields(in WeightTable weights, in KernelRow row, in KernelRow next, FieldRow* rows)
    {
        bool dense = HasTiles(weights) && weights.Blocks <= 2 * row.Count;
        int count = Group(weights, row, rows, dense, out int largest);
        double pairs = 0;
        if (largest > 1) pairs += OwnPairs(weights, rows, count);
        if (largest > FewFeatures.Most) pairs += LargeFields(weights, rows, count);
        if (!dense) return pairs + PairLoop<FewFeatures>(weights, (byte*)rows, count, next);
        LineFetch.AskForSlots(weights, next);
        int fields = WholeTiles(count);
        for (int f = count; f < fields; f++) rows[f] = rows[count - 1];

        // The next row's lines have been asked for, and asking for lines that are here is nothing.
        return pairs + TTile.Pairs<TWeights, FewFeatures>((byte*)rows, fields, (byte*)rows);
    }

    /// <summary>The pair sum in double, for rows whose products overflow a float.</summary>
    private static double InDouble(in WeightTable weights, in KernelRow row, FieldRow* rows)
    {
        int count = Group(weights, row, rows, dense: false, out _);
        return FfmKernel<ScalarOps, double, double, TWeights, NoTile>.OwnPairs(weights, rows, count)
            + FfmKernel<ScalarOps, double, double, TWeights, NoTile>.PairLoop<AllFeatures>(weights, (byte*)rows, count, default);
    }

    /// <summary>The row whose lines a tiled row asks for: the next one if it has the same form, else this row, which asks for nothing.</summary>
    private static Feature* Asked(in WeightTable weights, in KernelRow row, in KernelRow next)
    {
        if (next.HasEveryField) return next.Features;
        LineFetch.AskForSlots(weights, next);
        return row.Features;
    }

    /// <summary>Groups a row's features by field; a dense result has an entry for every field, empty ones included.</summary>
    private static int Group(in WeightTable weights, in KernelRow row, FieldRow* rows, bool dense, out int largest)
    {
        int count = 0;
        largest = 0;
        for (int i = 0; i < row.Count;)
        {
            Feature* features = row.Features + i;
            uint field = features->Field;
            int end = i + 1;
            while (end < row.Count && row.Features[end].Field == field) end++;
            for (; dense && count < field; count++) rows[count] = Absent(row);
            rows[count++] = new()
            {
                Row = features->Row,
                Features = features,
                Count = end - i,
                Field = field,
                Value = TWeights.IsScaled ? features->RoundedValue : features->Value,
            };
            largest = Math.Max(largest, end - i);
            i = end;
        }

        for (; dense && count < weights.Blocks; count++) rows[count] = Absent(row);
        return count;
    }

    /// <summary>A field without features reads any slot and takes nothing of it.</summary>
    private static FieldRow Absent(in KernelRow row) => new() { Row = row.Features->Row, Features = row.Features };

    private static int WholeTiles(int fields) => (fields + TTile.Fields - 1) / TTile.Fields * TTile.Fields;

    /// <summary>
    /// All pairs of fields of a few features, register by register. Fields b are taken in tiles of 24; for each a before them, four float
    /// accumulators share the products, at most 6 each, and their sum goes on in double. Error in u: 4 a side, 6, and 2 for joining the four.
    /// </summary>
    private static double PairLoop<TReader>(in WeightTable weights, byte* entries, int count, in KernelRow next)
        where TReader : struct, IFieldReader
    {
        nuint block = (nuint)(weights.Latent * TWeights.Size), register = (nuint)(TOps.Width * TWeights.Size);
        int asked = 0;
        TWide total = default;
        for (nuint chunk = 0; chunk < block; chunk += register)
        {
            for (int first = 0; first < count; first += Tile)
            {
                byte* end = entries + (Math.Min(first + Tile, count) * TReader.Size);
                byte* tile = entries + (first * TReader.Size);
                for (byte* a = entries; a + TReader.Size < end; a += TReader.Size)
                {
                    if (asked < next.Count) LineFetch.AskForSlot(next.Features[asked++].Row, weights.Stride);
                    nuint own = (TReader.Field(a) * block) + chunk;
                    TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
                    byte* b = a + TReader.Size > tile ? a + TReader.Size : tile;
                    for (; b + (3 * TReader.Size) < end; b += 4 * TReader.Size)
                    {
                        sum0 = AddProduct<TReader>(a, b, own, block, chunk, sum0);
                        sum1 = AddProduct<TReader>(a, b + TReader.Size, own, block, chunk, sum1);
                        sum2 = AddProduct<TReader>(a, b + (2 * TReader.Size), own, block, chunk, sum2);
                        sum3 = AddProduct<TReader>(a, b + (3 * TReader.Size), own, block, chunk, sum3);
                    }

                    if (b < end) sum0 = AddProduct<TReader>(a, b, own, block, chunk, sum0);
                    if (b + TReader.Size < end) sum1 = AddProduct<TReader>(a, b + TReader.Size, own, block, chunk, sum1);
                    if (b + (2 * TReader.Size) < end) sum2 = AddProduct<TReader>(a, b + (2 * TReader.Size), own, block, chunk, sum2);
                    total = TOps.WideAdd(total, TOps.Widen(TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3))));
                }
            }
        }

        for (; asked < next.Count; asked++) LineFetch.AskForSlot(next.Features[asked].Row, weights.Stride);
        return TOps.Sum(total);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector AddProduct<TReader>(byte* a, byte* b, nuint own, nuint block, nuint chunk, TVector sum)
        where TReader : struct, IFieldReader =>
        TOps.MultiplyAdd(
            TReader.Read<TOps, TVector, TWide, TWeights>(a, (TReader.Field(b) * block) + chunk),
            TReader.Read<TOps, TVector, TWide, TWeights>(b, own),
            sum);

    /// <summary>The pairs within fields.</summary>
    private static double OwnPairs(in WeightTable weights, FieldRow* rows, int count)
    {
        nuint block = (nuint)(weights.Latent * TWeights.Size), register = (nuint)(TOps.Width * TWeights.Size);
        TWide total = default;
        for (FieldRow* a = rows; a < rows + count; a++)
        {
            if (a->Count <= 1) continue;
            for (nuint chunk = 0; chunk < block; chunk += register)
                total = TOps.WideAdd(total, LatentSums<TOps, TVector, TWide, TWeights>.Pairs(a->Features, a->Count, (a->Field * block) + chunk));
        }

        return TOps.Sum(total);
    }

    /// <summary>The pairs of fields that have many features, with each other and with all fields; these fields are empty afterwards.</summary>
    private static double LargeFields(in WeightTable weights, FieldRow* rows, int count)
    {
        nuint block = (nuint)(weights.Latent * TWeights.Size), register = (nuint)(TOps.Width * TWeights.Size);
        TWide total = default;
        for (FieldRow* a = rows; a < rows + count; a++)
        {
            if (a->Count <= FewFeatures.Most) continue;
            for (FieldRow* b = rows; b < rows + count; b++)
            {
                if (b->Count == 0 || (b->Count > FewFeatures.Most && b <= a)) continue;
                for (nuint chunk = 0; chunk < block; chunk += register)
                {
                    TWide sideA = LatentSums<TOps, TVector, TWide, TWeights>.Sum(a->Features, a->Count, (b->Field * block) + chunk);
                    TWide sideB = LatentSums<TOps, TVector, TWide, TWeights>.Sum(b->Features, b->Count, (a->Field * block) + chunk);
                    total = TOps.WideMultiplyAdd(sideA, sideB, total);
                }
            }
        }

        // What has been counted is nothing to the loops over fields of a few features, which read every field.
        for (FieldRow* a = rows; a < rows + count; a++)
        {
            if (a->Count <= FewFeatures.Most) continue;
            a->Count = 0;
            a->Value = 0;
        }

        return TOps.Sum(total);
    }
}
