namespace CtrRuntime.Kernels;

/// <summary>
/// Field-aware factorization machine (Juan et al., RecSys 2016):
/// pairs = Σ_{i&lt;j} &lt;v_{i,f_j}, v_{j,f_i}&gt; x_i x_j, pairs within a field included. A slot holds F latent vectors of kA weights.
/// <para>
/// A row that has most fields between its first and its last is put by field (<see cref="FieldSlots"/>) and computed in blocks (<see cref="FieldBlocks"/>), where there are blocks for its
/// shape; the few features beyond the first of their field are added one by one. Other rows are <see cref="FieldPairs{TOps, TVector, TWide, TWeights}"/>.
/// </para>
/// Error: within the budget of 16u · Σ|pair products|, u = 2⁻²⁴. Cost: O(nnz F kA + F² kA / 2); ⌈F kA · size/64⌉ cache lines a feature.
/// A row whose float products overflow is computed again in double.
/// </summary>
/// <param name="blocks">The blocks for the shape, or null.</param>
/// <param name="sums">How candidates meet a context.</param>
internal abstract unsafe class FfmKernel(FieldBlocks? blocks, FieldSums sums) : Kernel
{
    /// <summary>How many slots are asked for before they are computed: about a row.</summary>
    private const int Lead = 40;

    /// <summary>Bytes for the rows of a group, unless one takes more.</summary>
    private const int GroupSize = 7 * 1024;

    /// <summary>Bytes of factors; a multiple of 64.</summary>
    private const int FactorsSize = (FieldSlots.MostFields + 64) * sizeof(float);

    /// <summary>The factors of a row and what its extras need: a list, and factors that are all 1.</summary>
    private static nuint BlocksScratch => (2 * FactorsSize) + FeatureList.Size(FieldSlots.MostExtras);

    public override int GroupRows(in WeightTable weights) => Math.Clamp(GroupSize / (int)RowSize(weights), 1, RowGroup.MostRows);

    public override nuint MemoryFor(in WeightTable weights, int features) => (nuint)GroupRows(weights) * RowSize(weights);

    public override nuint ScratchFor(int features) => Math.Max(FeatureList.Size(features), BlocksScratch);

    public override void Arrange(in WeightTable weights, in RowGroup group)
    {
        bool hasBlocks = HasBlocks(weights);
        int vector = weights.Latent * weights.Type.Size();
        nuint size = RowSize(weights);
        var row = (FieldSlots*)group.Memory;
        for (int r = 0; r < group.Rows; r++, row = (FieldSlots*)((byte*)row + size))
        {
            row->IsSet = false;
            if (!hasBlocks) continue;
            group.Take(r, out RowFeatures features);
            row->IsSet = FieldSlots.Set(row, features, weights, vector) && blocks!.Fits(row->First, row->Fields, vector, weights.Stride);
        }
    }

    public override void AskForFirst(in WeightTable weights, in RowGroup group)
    {
        if (!weights.IsSmall) LineFetch.AskForSlots(group.Slots, group.Slots + Math.Min(group.Count, Lead), weights.Stride);
    }

    public override void Pairs(in WeightTable weights, in RowGroup group, in RowGroup next, double* pairs, byte* scratch) =>
        Pairs(weights, group, next, 0, group.Rows, pairs, scratch);

    public override void CandidatePairs(in WeightTable weights, in KernelContext context, in RowGroup group, in RowGroup next, double* pairs, byte* scratch)
    {
        if (context.Count == 0)
        {
            Pairs(weights, group, next, pairs, scratch);
            return;
        }

        // A few candidates at a time, so that slots are asked for between their pairs with each other and those with the context.
        FieldSpan span = FieldContext.Span(weights, context);
        float* at = FieldContext.Sums(context);
        double* cross = stackalloc double[FieldSums.Rows];
        for (int r = 0, rows; r < group.Rows; r += rows)
        {
            rows = Alike(group, r);
            Pairs(weights, group, next, r, r + rows, pairs, scratch);
            group.Take(r, out RowFeatures row);
            if (weights.Blocks > 1) sums.Pairs(weights, span, at, row, rows, cross);
            for (int i = 0; i < rows; i++)
            {
                // Slots of one latent vector may be narrower than a register.
                bool finite = weights.Blocks > 1 && double.IsFinite(cross[i]);
                pairs[r + i] += finite ? cross[i] : FieldContext.PairsInDouble(weights, context, group.Row(r + i));
            }
        }
    }

    public override nuint ContextSize(in WeightTable weights, int count) => FieldContext.Size(weights, count);

    public override void Prepare(in WeightTable weights, in RowGroup group, in KernelContext context, byte* scratch)
    {
        if (context.Count == 0) return;
        FieldContext.WriteFeatures(weights, group, context);
        if (weights.Blocks > 1) sums.Write(weights, FieldContext.Span(weights, context), Sorted(weights, group.Row(0), scratch), FieldContext.Sums(context));
    }

    public override bool IsSound(in WeightTable weights, in KernelContext context) => FieldContext.IsSound(weights, context);

    /// <summary><see cref="FieldPairs{TOps, TVector, TWide, TWeights}.Sum"/>.</summary>
    protected abstract double Sum(in WeightTable weights, FeatureList list);

    /// <summary><see cref="FieldPairs{TOps, TVector, TWide, TWeights}.SumExtras"/>.</summary>
    protected abstract double SumExtras(in WeightTable weights, in FeatureList extras, FieldSlots* row, float* factors);

    /// <summary><see cref="Sum"/> in double.</summary>
    protected abstract double SumInDouble(in WeightTable weights, FeatureList list);

    /// <summary>The pairs of some rows. Before each, slots of rows to come are asked for.</summary>
    private void Pairs(in WeightTable weights, in RowGroup group, in RowGroup next, int first, int end, double* pairs, byte* scratch)
    {
        nuint size = RowSize(weights);
        byte* memory = group.Memory + ((nuint)first * size);
        for (int r = first; r < end; r++, memory += size)
        {
            if (!weights.IsSmall) Ask(weights, group, next, r);
            var byField = (FieldSlots*)memory;
            double sum;
            if (byField->IsSet)
            {
                float* factors = weights.Type == WeightType.Int8 ? Scaled(weights, byField, (float*)scratch) : byField->Values;
                sum = blocks!.Pairs(byField->Slots, factors, byField->Fields);
                if (byField->Extras > 0) sum += ExtraPairs(weights, byField, group.Row(r), factors, scratch + FactorsSize);
            }
            else
            {
                sum = Sum(weights, Sorted(weights, group.Row(r), scratch));
            }

            if (!double.IsFinite(sum)) sum = SumInDouble(weights, Sorted(weights, group.Row(r), scratch));
            pairs[r] = sum;
        }
    }

    /// <summary>How many rows, from one on, have the same fields as that one, as far as they are computed at once.</summary>
    private static int Alike(in RowGroup group, int row)
    {
        int rows = 1, length = group.Length(row), most = Math.Min(FieldSums.Rows, group.Rows - row);
        uint* fields = group.Fields == null ? null : group.Fields + group.Start(row);
        while (rows < most && group.Length(row + rows) == length
            && (fields == null || new Span<uint>(fields, length).SequenceEqual(new Span<uint>(fields + (rows * length), length))))
            rows++;
        return rows;
    }

    private bool HasBlocks(in WeightTable weights) => blocks != null && weights.Blocks is > 1 and <= FieldSlots.MostFields;

    private nuint RowSize(in WeightTable weights) => FieldSlots.Size(HasBlocks(weights) ? weights.Blocks : 0);

    /// <summary>Asks for as many slots as a row has features, so far ahead of its own as slots lead, on into the next group.</summary>
    private static void Ask(in WeightTable weights, in RowGroup group, in RowGroup next, int row)
    {
        int from = group.Start(row) + Lead, to = from + group.Length(row), own = Math.Min(to, group.Count), first = Math.Max(from - group.Count, 0);
        if (from < own) LineFetch.AskForSlots(group.Slots + from, group.Slots + own, weights.Stride);
        int later = Math.Min(to - group.Count, next.Count);
        if (first < later) LineFetch.AskForSlots(next.Slots + first, next.Slots + later, weights.Stride);
    }

    private static float* Scaled(in WeightTable weights, FieldSlots* row, float* factors)
    {
        // Slots point to the vector of the first field.
        nuint padded = (nuint)((row->Fields + FieldBlocks.Fields - 1) / FieldBlocks.Fields * FieldBlocks.Fields);
        float* values = row->Values;
        byte** slots = row->Slots;
        nuint scale = weights.ScaleOffset - ((nuint)row->First * (nuint)weights.Latent);
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

    /// <summary>The pairs of the features beyond the first of their field, with all others.</summary>
    private double ExtraPairs(in WeightTable weights, FieldSlots* byField, in RowFeatures row, float* factors, byte* scratch)
    {
        var extras = new FeatureList(scratch, byField->Extras) { Count = byField->Extras };
        if (factors == null)
        {
            factors = (float*)(scratch + FeatureList.Size(FieldSlots.MostExtras));
            new Span<float>(factors, byField->Fields).Fill(1);
        }

        new Span<ulong>(FieldSlots.ExtrasOf(byField), extras.Count).CopyTo(new Span<ulong>(extras.Orders, extras.Count));
        FeatureOrder.Sort(extras.Orders, extras.Count);
        extras.Fill(weights, row);
        return SumExtras(weights, extras, byField, factors);
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
