using System.Runtime.CompilerServices;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Scoring;

/// <summary>
/// Scores rows: key → slot → kernel → logit → score. Holds no state of a call, so any number of threads share one; allocates nothing.
/// Rows go through their steps in groups (<see cref="GroupPipeline"/>), and while one group is computed the memory of those behind it is on the way.
/// </summary>
internal sealed unsafe partial class RowScorer
{
    /// <summary>Rows of up to this many features need no scratch memory of the caller's: their bookkeeping takes up to 56 KB of stack, of the 64 KB that callers are told to have.</summary>
    public const int StackFeatures = 512;

    /// <summary>A row's features must have 32-bit positions, with room for what is written behind them.</summary>
    private const ulong MaxFeatures = int.MaxValue - 1024;

    private readonly ModelKind _kind;
    private readonly uint _fieldCount;
    private readonly SlotIndex _index;
    private readonly WeightTable _weights;
    private readonly InstanceNorm _norm;
    private readonly Link _link;
    private readonly Kernel _kernel;

    // Known once and for all, so that a call of a single short row need not ask for it.
    private readonly bool _indexIsNear;
    private readonly int _groupRows;
    private readonly MemoryPlan _shortRows;

    public RowScorer(ModelKind kind, KernelLevel level, uint fieldCount, in SlotIndex index, in WeightTable weights, in InstanceNorm norm, Link link)
    {
        _kind = kind;
        _fieldCount = fieldCount;
        _index = index;
        _weights = weights;
        _norm = norm;
        _link = link;
        _kernel = kind.CreateKernel(level, weights.Latent, weights.Type);
        _indexIsNear = index.IsNear;
        _groupRows = _kernel.GroupRows(weights);
        _shortRows = PlanFor(RowGroup.MostFeatures);
        Level = level;
    }

    /// <summary>The level of the kernels.</summary>
    public KernelLevel Level { get; }

    /// <summary>Bytes of scratch memory for rows of up to <paramref name="longestRow"/> features, for models of every kind.</summary>
    public static nuint ScratchSize(ulong longestRow) =>
        longestRow <= StackFeatures
            ? 0
            : checked(GroupPipeline.FixedSize + Kernel.MostFixedMemory + ((nuint)longestRow * (GroupPipeline.FeatureSize + Kernel.MostFeatureMemory)));

    /// <summary>Scores a batch. It is checked first: on a refusal nothing is written.</summary>
    public CtrStatus Score(in RowBatch rows, in ScoreRequest request, ref RowError error)
    {
        CtrStatus status = RowCheck.Check(rows, _kind.UsesFields, _fieldCount, Capacity(request), ref error, out int longest);
        if (status == CtrStatus.Ok && rows.Rows > 0) ScoreChecked(rows, request, longest);
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
            ScoreChecked(rows, new ScoreRequest { ExactLogits = &logit }, row.Keys.Length);
        }

        return logit;
    }

    /// <summary>The longest row that the scratch memory of a request allows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Capacity(in ScoreRequest request)
    {
        if (request.Scratch == null) return StackFeatures;
        nuint least = ScratchSize(StackFeatures + 1);
        if (request.ScratchSize < least) return StackFeatures;
        return Math.Min(MaxFeatures, StackFeatures + 1 + ((request.ScratchSize - least) / (GroupPipeline.FeatureSize + Kernel.MostFeatureMemory)));
    }

    /// <summary>The memory of a batch whose longest row has so many features, or of shorter rows whose group has.</summary>
    internal MemoryPlan PlanFor(int features)
    {
        nuint kernel = _kernel.MemoryFor(_weights, features);
        return new MemoryPlan
        {
            Features = features,
            KernelBytes = kernel,
            Bytes = GroupPipeline.FixedSize + ((nuint)features * GroupPipeline.FeatureSize) + (2 * kernel) + _kernel.ScratchFor(features),
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ScoreChecked(in RowBatch rows, in ScoreRequest request, int longest)
    {
        if (longest <= RowGroup.MostFeatures) ScoreOnStack(rows, request, _shortRows);
        else if (longest <= StackFeatures) ScoreOnStack(rows, request, PlanFor(longest));
        else ScoreIn(request.Scratch, rows, request, PlanFor(longest));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ScoreOnStack(in RowBatch rows, in ScoreRequest request, in MemoryPlan plan)
    {
        byte* stack = stackalloc byte[(int)plan.Bytes];
        ScoreIn(stack, rows, request, plan);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void ScoreIn(byte* memory, in RowBatch rows, in ScoreRequest request, in MemoryPlan plan)
    {
        var pipeline = new GroupPipeline(memory, rows.Rows, plan);
        if (_index.Kind == IndexKind.Direct) Score<DirectSlots>(rows, request, ref pipeline);
        else if (_index.Kind == IndexKind.Hashed) Score<HashedSlots>(rows, request, ref pipeline);
        else if (_index.SearchesByLines) Score<ExactLines>(rows, request, ref pipeline);
        else Score<ExactSlots>(rows, request, ref pipeline);
    }

    private void Score<TFinder>(in RowBatch rows, in ScoreRequest request, ref GroupPipeline pipeline)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        var finder = TFinder.Of(_index);
        double* pairs = stackalloc double[RowGroup.MostRows];
        var best = new TopCandidates(request.Output, request.Indices, Math.Min(request.Top, rows.Rows));
        GroupPipeline.Step* first = pipeline.Now;
        Locate(finder, rows, 0, first);
        if (first->End == rows.Rows)
        {
            // One group, such as a single row: nothing follows it.
            finder.Look(first->Search);
            Resolve(finder, first);
            _kernel.AskForFirst(_weights, first->Group);
            Sum(request, first, default, pairs, pipeline.Scratch, ref best);
        }
        else
        {
            Locate(finder, rows, pipeline.Now->End, pipeline.Next);
            Locate(finder, rows, pipeline.Next->End, pipeline.Second);
            finder.Look(pipeline.Now->Search);
            finder.Look(pipeline.Next->Search);
            Resolve(finder, pipeline.Now);
            _kernel.AskForFirst(_weights, pipeline.Now->Group);
            for (; pipeline.Now->Group.Rows > 0; pipeline.Advance())
            {
                Locate(finder, rows, pipeline.Second->End, pipeline.Third);
                finder.Look(pipeline.Second->Search);
                Resolve(finder, pipeline.Next);
                Sum(request, pipeline.Now, pipeline.Next->Group, pairs, pipeline.Scratch, ref best);
            }
        }

        if (request.Top > 0) best.Sort();
    }

    /// <summary>The sums of a group, and what is wanted of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Sum(in ScoreRequest request, GroupPipeline.Step* now, in RowGroup next, double* pairs, byte* scratch, ref TopCandidates best)
    {
        if (request.Context == null) _kernel.Pairs(_weights, now->Group, next, pairs, scratch);
        else _kernel.CandidatePairs(_weights, KernelPart(request.Context), now->Group, next, pairs, scratch);
        if (_norm.IsNone && request.WantsScoresOnly) FinishPlain((ContextHeader*)request.Context, now->Group, pairs, request.Output + now->First, request.Logits);
        else if (request.NewContext == null) Finish(request, now->First, now->Group, pairs, ref best);
        else WriteContext(request, now->Group, *pairs, scratch);
    }

    /// <summary>Takes the rows of a group from the batch, computes where the search for each of their keys starts, and asks for that memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Locate<TFinder>(TFinder finder, in RowBatch rows, ulong first, GroupPipeline.Step* step)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        step->Take(rows, first, _groupRows);
        if (step->Search.Count == 0) return;
        finder.Locate(step->Search);
        if (_indexIsNear) return;
        uint* places = step->Search.Places;
        nuint count = (nuint)step->Search.Count;
        for (nuint i = 0; i < count; i++) LineFetch.Ask(finder.Address(places[i]));
    }

    /// <summary>Finds the slots of a group and prepares it for the kernel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Resolve<TFinder>(TFinder finder, GroupPipeline.Step* step)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        if (step->Group.Rows == 0) return;
        finder.Find(step->Search);
        GroupSlots.Fill<TFinder>(_weights, _index.SlotCount, step->Search, step->Group);
        _kernel.Arrange(_weights, step->Group);
    }

    /// <summary>From pair sums to scores, and to what else may be request.</summary>
    private void Finish(in ScoreRequest request, ulong first, in RowGroup group, double* pairs, ref TopCandidates best)
    {
        var context = (ContextHeader*)request.Context;
        for (int r = 0; r < group.Rows; r++)
        {
            int start = group.Start(r), length = group.Length(r);
            float* values = group.Values == null ? null : group.Values + start;
            double linear = LinearSum.Of(group.Weights + start, values, length), sum = pairs[r];
            double squares = _norm.IsNone ? 0 : SumOfSquares(group, start, length);
            if (context != null)
            {
                linear += context->Linear;
                sum += context->Pairs;
                squares += context->SumOfSquares;
            }

            double logit = _norm.IsNone ? _weights.Bias + linear + sum : _norm.Compose(_weights.Bias, linear, sum, squares);
            ulong row = first + (ulong)r;
            if (request.UnknownCounts != null) request.UnknownCounts[row] = GroupSlots.CountUnknown(group, start, start + length);
            if (request.ExactLogits != null)
            {
                request.ExactLogits[row] = logit;
                continue;
            }

            float score = request.Logits ? (float)logit : LinkFunctions.Apply(_link, logit);
            if (request.Top == 0) request.Output[row] = score;
            else best.Add(score, row);
        }
    }

    /// <summary>As <see cref="Finish"/>, where nothing but scores is wanted, and a sum is all they need: the usual case, in which a short row takes a few ns.</summary>
    private void FinishPlain(ContextHeader* context, in RowGroup group, double* pairs, float* output, bool logits)
    {
        double bias = _weights.Bias, shared = context == null ? 0 : context->Linear, sharedPairs = context == null ? 0 : context->Pairs;
        ulong* offsets = group.Offsets;
        float* linear = group.Weights, values = group.Values;
        int rows = group.Rows;
        for (int r = 0; r < rows; r++)
        {
            int length = (int)(offsets[r + 1] - offsets[r]);
            double logit = bias + (LinearSum.Of(linear, values, length) + shared) + (pairs[r] + sharedPairs);
            output[r] = logits ? (float)logit : LinkFunctions.Apply(_link, logit);
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
            if (!_norm.CountsUnknown && group.IsUnknown(i)) continue;
            sum += group.Values == null ? 1 : (double)group.Values[i] * group.Values[i];
        }

        return sum;
    }
}
