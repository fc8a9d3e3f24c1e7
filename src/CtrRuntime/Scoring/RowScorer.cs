using System.Runtime.CompilerServices;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Scoring;

/// <summary>
/// Scores rows: key → slot → kernel → logit → score. Holds no state of a call, so any number of threads share one; allocates nothing.
/// Rows go through their steps in groups (<see cref="GroupPipeline"/>), and while one group is computed the memory of those behind it is on the way.
/// </summary>
internal sealed unsafe partial class RowScorer(
    ModelKind kind, KernelLevel level, uint fieldCount, SlotIndex index, WeightTable weights, InstanceNorm norm, Link link)
{
    /// <summary>Rows of up to this many features need no scratch memory of the caller's: their bookkeeping takes up to 56 KB of stack, of the 64 KB that callers are told to have.</summary>
    public const int StackFeatures = 512;

    /// <summary>A row's features must have 32-bit positions, with room for what is written behind them.</summary>
    private const ulong MaxFeatures = int.MaxValue - 1024;

    private readonly Kernel _kernel = kind.CreateKernel(level, weights.Latent, weights.Type);
    private readonly bool _indexIsNear = index.IsNear;

    /// <summary>The level of the kernels.</summary>
    public KernelLevel Level { get; } = level;

    /// <summary>Bytes of scratch memory for rows of up to <paramref name="longestRow"/> features, for models of every kind.</summary>
    public static nuint ScratchSize(ulong longestRow) =>
        longestRow <= StackFeatures
            ? 0
            : checked(GroupPipeline.FixedSize + Kernel.MostFixedMemory + ((nuint)longestRow * (GroupPipeline.FeatureSize + Kernel.MostFeatureMemory)));

    /// <summary>Scores a batch. It is checked first: on a refusal nothing is written.</summary>
    public CtrStatus Score(in RowBatch rows, in ScoreRequest request, ref RowError error)
    {
        CtrStatus status = RowCheck.Check(rows, kind.UsesFields, fieldCount, Capacity(request.Scratch, request.ScratchSize), ref error, out int longest);
        if (status == CtrStatus.Ok && rows.Rows > 0) ScoreChecked(rows, new RankRequest { Score = request }, longest);
        return status;
    }

    /// <summary>The logit of one row of at most <see cref="StackFeatures"/> features that is known to be in order.</summary>
    public double Logit(GoldenRow row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(row.Keys.Length, StackFeatures);
        double logit;
        ulong* offsets = stackalloc ulong[] { 0, (ulong)row.Keys.Length };
        fixed (uint* fields = row.Fields)
        fixed (ulong* keys = row.Keys)
        fixed (float* values = row.Values)
        {
            var rows = new RowBatch { Rows = 1, Offsets = offsets, Fields = fields, Keys = keys, Values = values };
            ScoreOnStack(rows, new RankRequest { Score = new ScoreRequest { ExactLogits = &logit } }, Math.Max(row.Keys.Length, RowGroup.MostFeatures));
        }

        return logit;
    }

    /// <summary>The longest row that scratch memory allows.</summary>
    private static ulong Capacity(byte* scratch, nuint size)
    {
        nuint least = ScratchSize(StackFeatures + 1);
        if (scratch == null || size < least) return StackFeatures;
        return Math.Min(MaxFeatures, StackFeatures + 1 + ((size - least) / (GroupPipeline.FeatureSize + Kernel.MostFeatureMemory)));
    }

    private void ScoreChecked(in RowBatch rows, in RankRequest request, int longest)
    {
        int features = Math.Max(longest, RowGroup.MostFeatures);
        if (features > StackFeatures) ScoreChecked(rows, request, features, request.Score.Scratch);
        else ScoreOnStack(rows, request, features);
    }

    /// <summary>Bytes of memory that a batch takes whose longest row has so many features; more than <see cref="RowGroup.MostFeatures"/> or as many.</summary>
    internal nuint MemoryFor(int features) =>
        GroupPipeline.FixedSize + ((nuint)features * GroupPipeline.FeatureSize) + (2 * _kernel.MemoryFor(weights, features)) + _kernel.ScratchFor(features);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ScoreOnStack(in RowBatch rows, in RankRequest request, int features)
    {
        byte* stack = stackalloc byte[(int)MemoryFor(features)];
        ScoreChecked(rows, request, features, stack);
    }

    private void ScoreChecked(in RowBatch rows, in RankRequest request, int features, byte* memory)
    {
        var pipeline = new GroupPipeline(memory, rows.Rows, features, _kernel.MemoryFor(weights, features));
        if (index.Kind == IndexKind.Direct) Score<DirectSlots>(rows, request, ref pipeline);
        else if (index.Kind == IndexKind.Hashed) Score<HashedSlots>(rows, request, ref pipeline);
        else if (index.SearchesByLines) Score<ExactLines>(rows, request, ref pipeline);
        else Score<ExactSlots>(rows, request, ref pipeline);
    }

    private void Score<TFinder>(in RowBatch rows, in RankRequest request, ref GroupPipeline pipeline)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        var finder = TFinder.Of(index);
        int groupRows = _kernel.GroupRows(weights);
        double* pairs = stackalloc double[RowGroup.MostRows];
        var best = new TopCandidates(request.Score.Output, request.Indices, Math.Min(request.Top, rows.Rows));
        Locate(finder, rows, 0, pipeline.Now, groupRows);
        if (pipeline.Now->End == rows.Rows)
        {
            // One group, such as a single row: nothing follows it.
            finder.Look(pipeline.Now->Search);
            Resolve(finder, pipeline.Now);
            _kernel.AskForFirst(weights, pipeline.Now->Group);
            Sum(request, pipeline, default, pairs, ref best);
            best.Sort();
            return;
        }

        Locate(finder, rows, pipeline.Now->End, pipeline.Next, groupRows);
        Locate(finder, rows, pipeline.Next->End, pipeline.Second, groupRows);
        finder.Look(pipeline.Now->Search);
        finder.Look(pipeline.Next->Search);
        Resolve(finder, pipeline.Now);
        _kernel.AskForFirst(weights, pipeline.Now->Group);
        for (; pipeline.Now->Group.Rows > 0; pipeline.Advance())
        {
            Locate(finder, rows, pipeline.Second->End, pipeline.Third, groupRows);
            finder.Look(pipeline.Second->Search);
            Resolve(finder, pipeline.Next);
            Sum(request, pipeline, pipeline.Next->Group, pairs, ref best);
        }

        best.Sort();
    }

    /// <summary>The sums of a group, and what is wanted of them.</summary>
    private void Sum(in RankRequest request, in GroupPipeline pipeline, in RowGroup next, double* pairs, ref TopCandidates best)
    {
        GroupPipeline.Step* now = pipeline.Now;
        if (request.Context == null) _kernel.Pairs(weights, now->Group, next, pairs, pipeline.Scratch);
        else _kernel.CandidatePairs(weights, KernelPart(request.Context), now->Group, next, pairs, pipeline.Scratch);
        if (request.Prepare != null)
        {
            WriteContext(request, now->Group, *pairs, pipeline.Scratch);
            return;
        }

        Finish(request, now->First, now->Group, pairs, ref best);
    }

    /// <summary>Takes the rows of a group from the batch, computes where the search for each of their keys starts, and asks for that memory.</summary>
    private void Locate<TFinder>(TFinder finder, in RowBatch rows, ulong first, GroupPipeline.Step* step, int groupRows)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        step->Take(rows, first, groupRows);
        if (step->Search.Count == 0) return;
        finder.Locate(step->Search);
        if (_indexIsNear) return;
        uint* places = step->Search.Places;
        nuint count = (nuint)step->Search.Count;
        for (nuint i = 0; i < count; i++) LineFetch.Ask(finder.Address(places[i]));
    }

    /// <summary>Finds the slots of a group and prepares it for the kernel.</summary>
    private void Resolve<TFinder>(TFinder finder, GroupPipeline.Step* step)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        if (step->Group.Rows == 0) return;
        finder.Find(step->Search);
        GroupSlots.Fill<TFinder>(weights, index.SlotCount, step->Search, step->Group);
        _kernel.Arrange(weights, step->Group);
    }

    /// <summary>From pair sums to scores.</summary>
    private void Finish(in RankRequest request, ulong first, in RowGroup group, double* pairs, ref TopCandidates best)
    {
        ref readonly ScoreRequest wanted = ref request.Score;
        var context = (ContextHeader*)request.Context;
        if (norm.IsNone && wanted.UnknownCounts == null && wanted.ExactLogits == null && request.Top == 0)
        {
            FinishPlain(context, group, pairs, wanted.Output + first, wanted.Logits);
            return;
        }

        for (int r = 0; r < group.Rows; r++)
        {
            int start = group.Start(r), length = group.Length(r);
            float* values = group.Values == null ? null : group.Values + start;
            double linear = LinearSum.Of(group.Weights + start, values, length), sum = pairs[r];
            double squares = norm.IsNone ? 0 : SumOfSquares(group, start, length);
            if (context != null)
            {
                linear += context->Linear;
                sum += context->Pairs;
                squares += context->SumOfSquares;
            }

            double logit = norm.IsNone ? weights.Bias + linear + sum : norm.Compose(weights.Bias, linear, sum, squares);
            ulong row = first + (ulong)r;
            if (wanted.UnknownCounts != null) wanted.UnknownCounts[row] = GroupSlots.CountUnknown(group, start, start + length);
            if (wanted.ExactLogits != null)
            {
                wanted.ExactLogits[row] = logit;
                continue;
            }

            float score = wanted.Logits ? (float)logit : LinkFunctions.Apply(link, logit);
            if (request.Top == 0) wanted.Output[row] = score;
            else best.Add(score, row);
        }
    }

    /// <summary>As <see cref="Finish"/>, where nothing but scores is wanted, and nothing but a sum is needed for them: the usual case, in which a short row takes a few ns.</summary>
    private void FinishPlain(ContextHeader* context, in RowGroup group, double* pairs, float* output, bool logits)
    {
        double bias = weights.Bias, shared = context == null ? 0 : context->Linear, sharedPairs = context == null ? 0 : context->Pairs;
        ulong* offsets = group.Offsets;
        float* linear = group.Weights, values = group.Values;
        int rows = group.Rows;
        for (int r = 0; r < rows; r++)
        {
            int length = (int)(offsets[r + 1] - offsets[r]);
            double logit = bias + (LinearSum.Of(linear, values, length) + shared) + (pairs[r] + sharedPairs);
            output[r] = logits ? (float)logit : LinkFunctions.Apply(link, logit);
            linear += length;
            if (values != null) values += length;
        }
    }

    /// <summary>Σx² of a row, for norms.</summary>
    private double SumOfSquares(in RowGroup group, int start, int length)
    {
        double sum = 0;
        for (int i = start; i < start + length; i++)
        {
            if (!norm.CountsUnknown && group.IsUnknown(i)) continue;
            sum += group.Values == null ? 1 : (double)group.Values[i] * group.Values[i];
        }

        return sum;
    }
}
