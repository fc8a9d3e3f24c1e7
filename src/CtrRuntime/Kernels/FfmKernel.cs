namespace CtrRuntime.Kernels;

/// <summary>
/// Field-aware factorization machine (Juan et al., RecSys 2016):
/// pairs = Σ_{i&lt;j} &lt;v_{i,f_j}, v_{j,f_i}&gt; x_i x_j, pairs within a field included. A slot holds F latent vectors of kA weights.
/// <para>
/// A row that has most fields is put by field (<see cref="FieldSlots"/>) and computed in blocks (<see cref="FieldBlocks"/>), where there are blocks for its
/// shape; the few features beyond the first of their field are added one by one. Other rows are <see cref="FieldPairs{TOps, TVector, TWide, TWeights}"/>.
/// </para>
/// Error: within the budget of 16u · Σ|pair products|, u = 2⁻²⁴. Cost: O(nnz F kA + F² kA / 2); ⌈F kA · size/64⌉ cache lines a feature.
/// A row whose float products overflow is computed again in double.
/// </summary>
/// <param name="blocks">The blocks for the shape, or null.</param>
internal abstract unsafe class FfmKernel(FieldBlocks? blocks) : Kernel
{
    /// <summary>Lines of slots that are asked for before they are computed: enough to cover the time memory takes.</summary>
    private const int LeadLines = 240;

    /// <summary>And at least so many slots.</summary>
    private const int LeadSlots = 24;

    /// <summary>What is asked for while a row is computed is a list of up to so many slots.</summary>
    private const int MostAhead = 2 * FieldSlots.MostFields;

    /// <summary>That list, and factors.</summary>
    private const int BlocksScratch = (MostAhead * sizeof(ulong)) + ((FieldSlots.MostFields + FieldBlocks.Fields) * sizeof(float));

    public override int GroupRows(in WeightTable weights) => Math.Clamp(RowGroup.MostFeatures / weights.Blocks, 1, RowGroup.MostRows);

    public override nuint MemoryFor(in WeightTable weights, int features) => (nuint)GroupRows(weights) * RowSize(weights);

    public override nuint ScratchFor(int features) => Math.Max(FeatureList.Size(features), BlocksScratch);

    public override void Arrange(in WeightTable weights, in RowGroup group)
    {
        bool hasBlocks = HasBlocks(weights);
        for (int r = 0; r < group.Rows; r++)
        {
            RowFeatures row = group.Row(r);
            FieldSlots* byField = Row(weights, group, r);
            byField->IsSet = false;
            if (hasBlocks && 2 * row.Count >= weights.Blocks) FieldSlots.Set(byField, row, weights.Blocks, weights.ZeroSlot);
        }
    }

    public override void AskForFirst(in WeightTable weights, in RowGroup group)
    {
        byte** slots = First(weights, group, 0, out byte** end);
        LineFetch.AskForSlots(slots, end, weights.Stride);
    }

    public override void Pairs(in WeightTable weights, in RowGroup group, in RowGroup next, double* pairs, byte* scratch)
    {
        for (int r = 0; r < group.Rows; r++)
        {
            byte** first = r + 1 < group.Rows ? First(weights, group, r + 1, out byte** firstEnd) : First(weights, next, 0, out firstEnd);
            FieldSlots* byField = Row(weights, group, r);
            double sum;
            if (byField->IsSet)
            {
                sum = InBlocks(weights, byField, first, firstEnd, scratch);
                if (byField->Extras > 0) sum += ExtraPairs(weights, byField->Extras, group.Row(r), scratch);
            }
            else
            {
                LineFetch.AskForSlots(first, firstEnd, weights.Stride);
                sum = Sum(weights, Sorted(weights, group.Row(r), scratch));
            }

            if (!double.IsFinite(sum)) sum = SumInDouble(weights, Sorted(weights, group.Row(r), scratch));
            pairs[r] = sum;
        }
    }

    /// <summary><see cref="FieldPairs{TOps, TVector, TWide, TWeights}.Sum"/>.</summary>
    protected abstract double Sum(in WeightTable weights, FeatureList list);

    /// <summary><see cref="FieldPairs{TOps, TVector, TWide, TWeights}.From"/>.</summary>
    protected abstract double SumFrom(in WeightTable weights, in FeatureList list, int first);

    /// <summary><see cref="Sum"/> in double.</summary>
    protected abstract double SumInDouble(in WeightTable weights, FeatureList list);

    private bool HasBlocks(in WeightTable weights) =>
        blocks != null && weights.Blocks is > 1 and <= FieldSlots.MostFields && blocks.Fits(weights.Blocks, weights.Latent * weights.Type.Size(), weights.Stride);

    private nuint RowSize(in WeightTable weights) => FieldSlots.Size(HasBlocks(weights) ? weights.Blocks : 0);

    private FieldSlots* Row(in WeightTable weights, in RowGroup group, int row) => (FieldSlots*)(group.Memory + ((nuint)row * RowSize(weights)));

    /// <summary>A row by field, without its extras. The first slots of the row that follows it are asked for.</summary>
    private double InBlocks(in WeightTable weights, FieldSlots* row, byte** first, byte** firstEnd, byte* scratch)
    {
        int fields = weights.Blocks, rest = weights.IsSmall ? 0 : fields - Lead(weights);
        byte** ahead = first, end = firstEnd;
        if (rest > 0)
        {
            // The rest of this row, too.
            int count = (int)Math.Min(firstEnd - first, MostAhead - rest);
            var list = new Span<nuint>(scratch, MostAhead);
            new Span<nuint>(row->Slots + Lead(weights), rest).CopyTo(list);
            new Span<nuint>(first, count).CopyTo(list[rest..]);
            ahead = (byte**)scratch;
            end = ahead + rest + count;
        }

        float* factors = row->Values;
        if (weights.Type == WeightType.Int8) factors = Scaled(weights, row, fields, (float*)((byte**)scratch + MostAhead));
        return blocks!.Pairs(row->Slots, factors, fields, ahead, end, weights.Stride);
    }

    private static float* Scaled(in WeightTable weights, FieldSlots* row, int fields, float* factors)
    {
        nuint padded = (nuint)((fields + FieldBlocks.Fields - 1) / FieldBlocks.Fields * FieldBlocks.Fields), scale = weights.ScaleOffset;
        float* values = row->Values;
        byte** slots = row->Slots;
        if (values == null)
        {
            for (nuint f = 0; f < padded; f++) factors[f] = *(float*)(slots[f] + scale);
        }
        else
        {
            for (nuint f = 0; f < padded; f++) factors[f] = values[f] * *(float*)(slots[f] + scale);
        }

        return factors;
    }

    /// <summary>The slots of a row that are asked for before its own turn: those by field that the blocks of the row before lead by, or all.</summary>
    private byte** First(in WeightTable weights, in RowGroup group, int row, out byte** end)
    {
        end = null;
        if (weights.IsSmall || group.Rows == 0) return null;
        FieldSlots* byField = Row(weights, group, row);
        byte** slots = byField->IsSet ? byField->Slots : group.Slots + group.Start(row);
        end = slots + (byField->IsSet ? Lead(weights) : group.Length(row));
        return slots;
    }

    private static int Lead(in WeightTable weights) =>
        Math.Min(weights.Blocks, Math.Max(LeadSlots, LeadLines / (int)((weights.Stride + LineFetch.Line - 1) / LineFetch.Line)));

    /// <summary>The pairs of the features beyond the first of their field, with all others.</summary>
    private double ExtraPairs(in WeightTable weights, int extras, in RowFeatures row, byte* scratch)
    {
        ulong* behind = stackalloc ulong[FieldSlots.MostExtras];
        var list = new FeatureList(scratch, row.Count);
        list.AddKnown(weights, row);
        FeatureOrder.Sort(list.Orders, list.Count);

        // By field, and the extras behind all others.
        int kept = 0, moved = 0;
        for (int i = 0; i < list.Count; i++)
        {
            if (kept > 0 && list.Field(i) == list.Field(kept - 1)) behind[moved++] = list.Orders[i];
            else list.Orders[kept++] = list.Orders[i];
        }

        new Span<ulong>(behind, extras).CopyTo(new Span<ulong>(list.Orders + kept, extras));
        list.Fill(weights, row);
        return SumFrom(weights, list, kept);
    }

    private static FeatureList Sorted(in WeightTable weights, in RowFeatures row, byte* scratch)
    {
        var list = new FeatureList(scratch, row.Count);
        list.AddKnown(weights, row);
        FeatureOrder.Sort(list.Orders, list.Count);
        list.Fill(weights, row);
        return list;
    }
}
