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

    private static bool HasTiles(in WeightTable weights) => TTile.Fields > 0 && weights.Blocks is > 1 and <= MostTiledFields;

    public override double Pairs(in WeightTable weights, in KernelRow row, in KernelRow next, FieldRow* scratch)
    {
        if (row.InFieldOrder && row.Count == weights.Blocks && !TWeights.IsScaled) return Complete(weights, row, next, scratch);
        if (TWeights.IsScaled) SlotScale.Apply(weights, row);
        return Any(weights, row, next, scratch);
    }

    /// <summary>Every field has one feature of value 1.</summary>
    private static double Complete(in WeightTable weights, in KernelRow row, in KernelRow next, FieldRow* rows)
    {
        byte* slots = weights.Slots;
        nuint stride = weights.Stride, block = (nuint)(weights.Latent * TWeights.Size), at = 0;
        for (int f = 0; f < row.Count; f++, at += block)
        {
            rows[f].Row = slots + (row.Features[f].Slot * stride);
            rows[f].Block = at;
        }

        double pairs;
        if (HasTiles(weights))
        {
            int fields = Pad(rows, row.Count);
            var fetch = new LineFetch(weights, next, TileSteps(fields));
            pairs = TTile.Pairs<TWeights, SingleOnes>(weights, rows, fields, ref fetch);
            fetch.Rest();
        }
        else
        {
            pairs = PairLoop<SingleOnes>(weights, rows, row.Count, next);
        }

        return double.IsFinite(pairs) ? pairs : Again(weights, row, rows);
    }

    private static double Any(in WeightTable weights, in KernelRow row, in KernelRow next, FieldRow* scratch)
    {
        bool dense = HasTiles(weights) && weights.Blocks <= 2 * row.Count;
        int count = Group(weights, row, scratch, dense, out bool few, out bool single);
        double pairs = 0;
        if (!single) pairs += OwnPairs(weights, scratch, count);
        if (!few) pairs += LargeFields(weights, scratch, count);
        if (dense)
        {
            int fields = Pad(scratch, count);
            var fetch = new LineFetch(weights, next, TileSteps(fields));
            pairs += TTile.Pairs<TWeights, FewFeatures>(weights, scratch, fields, ref fetch);
            fetch.Rest();
        }
        else
        {
            pairs += PairLoop<FewFeatures>(weights, scratch, count, next);
        }

        return double.IsFinite(pairs) ? pairs : Again(weights, row, scratch);
    }

    /// <summary>The pair sum in double.</summary>
    private static double Again(in WeightTable weights, in KernelRow row, FieldRow* rows)
    {
        int count = Group(weights, row, rows, dense: false, out _, out _);
        return FfmKernel<ScalarOps, double, double, TWeights, NoTile>.OwnPairs(weights, rows, count)
            + FfmKernel<ScalarOps, double, double, TWeights, NoTile>.PairLoop<AllFeatures>(weights, rows, count, default);
    }

    /// <summary>Groups a row's features by field; a dense result has an entry for every field, empty ones included.</summary>
    private static int Group(in WeightTable weights, in KernelRow row, FieldRow* rows, bool dense, out bool few, out bool single)
    {
        nuint block = (nuint)(weights.Latent * TWeights.Size);
        int count = 0, largest = 0;
        for (int i = 0; i < row.Count;)
        {
            Feature* features = row.Features + i;
            uint field = features->Field;
            int end = i + 1;
            while (end < row.Count && row.Features[end].Field == field) end++;
            if (dense)
            {
                for (; count < field; count++) rows[count] = Absent(weights, row);
            }

            rows[count++] = new()
            {
                Row = weights.Slots + (features->Slot * weights.Stride),
                Block = field * block,
                Features = features,
                Count = end - i,
                Value = TWeights.IsScaled ? (float)features->ScaledValue : features->Value,
            };
            largest = Math.Max(largest, end - i);
            i = end;
        }

        if (dense)
        {
            for (; count < weights.Blocks; count++) rows[count] = Absent(weights, row);
        }

        few = largest <= FewFeatures.Most;
        single = largest <= 1;
        return count;
    }

    /// <summary>A field without features reads any slot and takes nothing of it.</summary>
    private static FieldRow Absent(in WeightTable weights, in KernelRow row) =>
        new() { Row = weights.Slots + (row.Features->Slot * weights.Stride), Features = row.Features };

    /// <summary>Pads to whole tiles by copies of the last field.</summary>
    private static int Pad(FieldRow* rows, int count)
    {
        int padded = (count + TTile.Fields - 1) / TTile.Fields * TTile.Fields;
        for (int f = count; f < padded; f++) rows[f] = rows[count - 1];
        return padded;
    }

    private static int TileSteps(int fields)
    {
        int tiles = fields / TTile.Fields;
        return tiles * (tiles + 1) / 2;
    }

    /// <summary>
    /// All pairs of fields of a few features, register by register. Fields b are taken in tiles of 24; for each a before them, four float
    /// accumulators share the products, at most 6 each, and their sum goes on in double. Error in u: 4 a side, 6, and 2 for joining the four.
    /// </summary>
    private static double PairLoop<TReader>(in WeightTable weights, FieldRow* rows, int count, in KernelRow next)
        where TReader : struct, IFieldReader
    {
        nuint end = (nuint)(weights.Latent * TWeights.Size), register = (nuint)(TOps.Width * TWeights.Size);
        var fetch = new LineFetch(weights, next, count * (int)(end / register));
        TWide total = default;
        for (nuint chunk = 0; chunk < end; chunk += register)
        {
            for (int first = 0; first < count; first += Tile)
            {
                FieldRow* tileEnd = rows + Math.Min(first + Tile, count);
                for (FieldRow* a = rows; a + 1 < tileEnd; a++)
                {
                    nuint own = a->Block + chunk;
                    TVector sum0 = default, sum1 = default, sum2 = default, sum3 = default;
                    FieldRow* b = Max(a + 1, rows + first);
                    for (; b + 4 <= tileEnd; b += 4)
                    {
                        sum0 = AddProduct<TReader>(weights, a, b, own, chunk, sum0);
                        sum1 = AddProduct<TReader>(weights, a, b + 1, own, chunk, sum1);
                        sum2 = AddProduct<TReader>(weights, a, b + 2, own, chunk, sum2);
                        sum3 = AddProduct<TReader>(weights, a, b + 3, own, chunk, sum3);
                    }

                    if (b < tileEnd) sum0 = AddProduct<TReader>(weights, a, b, own, chunk, sum0);
                    if (b + 1 < tileEnd) sum1 = AddProduct<TReader>(weights, a, b + 1, own, chunk, sum1);
                    if (b + 2 < tileEnd) sum2 = AddProduct<TReader>(weights, a, b + 2, own, chunk, sum2);
                    total = TOps.WideAdd(total, TOps.Widen(TOps.Add(TOps.Add(sum0, sum1), TOps.Add(sum2, sum3))));
                    fetch.Step();
                }
            }
        }

        fetch.Rest();
        return TOps.Sum(total);
    }

    private static FieldRow* Max(FieldRow* a, FieldRow* b) => a > b ? a : b;

    private static TVector AddProduct<TReader>(in WeightTable weights, FieldRow* a, FieldRow* b, nuint own, nuint chunk, TVector sum)
        where TReader : struct, IFieldReader =>
        TOps.MultiplyAdd(
            TReader.Read<TOps, TVector, TWide, TWeights>(weights, a, b->Block + chunk),
            TReader.Read<TOps, TVector, TWide, TWeights>(weights, b, own),
            sum);

    /// <summary>The pairs within fields.</summary>
    private static double OwnPairs(in WeightTable weights, FieldRow* rows, int count)
    {
        nuint end = (nuint)(weights.Latent * TWeights.Size), register = (nuint)(TOps.Width * TWeights.Size);
        TWide total = default;
        var nothing = default(LineFetch);
        for (FieldRow* a = rows; a < rows + count; a++)
        {
            if (a->Count <= 1) continue;
            for (nuint chunk = 0; chunk < end; chunk += register)
                total = TOps.WideAdd(total, LatentSums<TOps, TVector, TWide, TWeights>.Pairs(weights, a->Features, a->Count, a->Block + chunk, ref nothing));
        }

        return TOps.Sum(total);
    }

    /// <summary>The pairs of fields that have many features, with each other and with all fields; these fields are empty afterwards.</summary>
    private static double LargeFields(in WeightTable weights, FieldRow* rows, int count)
    {
        nuint end = (nuint)(weights.Latent * TWeights.Size), register = (nuint)(TOps.Width * TWeights.Size);
        TWide total = default;
        for (FieldRow* a = rows; a < rows + count; a++)
        {
            if (a->Count <= FewFeatures.Most) continue;
            for (FieldRow* b = rows; b < rows + count; b++)
            {
                if (b->Count == 0 || (b->Count > FewFeatures.Most && b <= a)) continue;
                for (nuint chunk = 0; chunk < end; chunk += register)
                {
                    TWide sideA = LatentSums<TOps, TVector, TWide, TWeights>.Sum(weights, a->Features, a->Count, b->Block + chunk);
                    TWide sideB = LatentSums<TOps, TVector, TWide, TWeights>.Sum(weights, b->Features, b->Count, a->Block + chunk);
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
