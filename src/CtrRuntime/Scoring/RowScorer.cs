using System.Runtime.CompilerServices;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Scoring;

/// <summary>
/// Scores rows: key → slot → kernel → logit → score. Holds no state of a call, so any number of threads share one; allocates nothing.
/// Rows go through their steps in groups (<see cref="GroupPipeline"/>), and while one group is computed the memory of those behind it is on the way.
/// </summary>
internal sealed unsafe class RowScorer(
    ModelKind kind, KernelLevel level, uint fieldCount, SlotIndex index, WeightTable weights, InstanceNorm norm, Link link)
{
    /// <summary>Rows of up to this many features need no scratch memory of the caller's: their bookkeeping takes up to 50 KB of stack.</summary>
    public const int StackFeatures = 512;

    /// <summary>A row's features must have 32-bit positions, with room for what is written behind them.</summary>
    private const ulong MaxFeatures = int.MaxValue - 1024;

    private readonly Kernel _kernel = kind.CreateKernel(level, weights.Latent, weights.Type);
    private readonly bool _indexIsNear = index.IsNear;
    private readonly int _groupRows = kind.CreateKernel(level, weights.Latent, weights.Type).GroupRows(weights);

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
        nuint least = ScratchSize(StackFeatures + 1);
        ulong capacity = StackFeatures;
        if (request.Scratch != null && request.ScratchSize >= least)
            capacity = Math.Min(MaxFeatures, StackFeatures + 1 + ((request.ScratchSize - least) / (GroupPipeline.FeatureSize + Kernel.MostFeatureMemory)));
        CtrStatus status = RowCheck.Check(rows, kind.UsesFields, fieldCount, capacity, ref error, out int longest);
        if (status != CtrStatus.Ok || rows.Rows == 0) return status;
        int features = Math.Max(longest, RowGroup.MostFeatures);
        if (features > StackFeatures) ScoreChecked(rows, request, features, request.Scratch);
        else ScoreOnStack(rows, request, features);
        return CtrStatus.Ok;
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
            ScoreOnStack(rows, new ScoreRequest { ExactLogits = &logit }, Math.Max(row.Keys.Length, RowGroup.MostFeatures));
        }

        return logit;
    }

    private nuint MemoryFor(int features) =>
        GroupPipeline.FixedSize + ((nuint)features * GroupPipeline.FeatureSize) + (2 * _kernel.MemoryFor(weights, features)) + _kernel.ScratchFor(features);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ScoreOnStack(in RowBatch rows, in ScoreRequest request, int features)
    {
        byte* stack = stackalloc byte[(int)MemoryFor(features)];
        ScoreChecked(rows, request, features, stack);
    }

    private void ScoreChecked(in RowBatch rows, in ScoreRequest request, int features, byte* memory)
    {
        var pipeline = new GroupPipeline(memory, features, _kernel.MemoryFor(weights, features));
        if (index.Kind == IndexKind.Direct) Score<DirectSlots>(rows, request, pipeline);
        else if (index.Kind == IndexKind.Hashed) Score<HashedSlots>(rows, request, pipeline);
        else if (index.SearchesByLines) Score<ExactLines>(rows, request, pipeline);
        else Score<ExactSlots>(rows, request, pipeline);
    }

    private void Score<TFinder>(in RowBatch rows, in ScoreRequest request, GroupPipeline pipeline)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        var finder = TFinder.Of(index);
        double* pairs = stackalloc double[RowGroup.MostRows];
        Locate(finder, rows, 0, pipeline.Now);
        Locate(finder, rows, pipeline.Now->End, pipeline.Next);
        Locate(finder, rows, pipeline.Next->End, pipeline.Second);
        finder.Look(pipeline.Now->Search);
        finder.Look(pipeline.Next->Search);
        Resolve(finder, pipeline.Now);
        _kernel.AskForFirst(weights, pipeline.Now->Group);
        for (; pipeline.Now->Group.Rows > 0; pipeline.Advance())
        {
            Locate(finder, rows, pipeline.Second->End, pipeline.Third);
            finder.Look(pipeline.Second->Search);
            Resolve(finder, pipeline.Next);
            _kernel.Pairs(weights, pipeline.Now->Group, pipeline.Next->Group, pairs, pipeline.Scratch);
            Finish(request, pipeline.Now->First, pipeline.Now->Group, pairs);
        }
    }

    /// <summary>Takes the rows of a group from the batch, computes where the search for each of their keys starts, and asks for that memory.</summary>
    private void Locate<TFinder>(TFinder finder, in RowBatch rows, ulong first, GroupPipeline.Step* step)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        step->Take(rows, first, _groupRows);
        if (step->Search.Count == 0) return;
        finder.Locate(step->Search);
        if (_indexIsNear) return;
        for (uint* place = step->Search.Places, end = place + step->Search.Count; place < end; place++) LineFetch.Ask(finder.Address(*place));
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
    private void Finish(in ScoreRequest request, ulong first, in RowGroup group, double* pairs)
    {
        for (int r = 0; r < group.Rows; r++)
        {
            int start = group.Start(r), length = group.Length(r);
            float* values = group.Values == null ? null : group.Values + start;
            double linear = LinearSum.Of(group.Weights + start, values, length);
            double logit = norm.IsNone
                ? weights.Bias + linear + pairs[r]
                : norm.Compose(weights.Bias, linear, pairs[r], SumOfSquares(group, start, length));
            ulong row = first + (ulong)r;
            if (request.UnknownCounts != null) request.UnknownCounts[row] = GroupSlots.CountUnknown(group, start, start + length);
            if (request.ExactLogits != null) request.ExactLogits[row] = logit;
            else request.Output[row] = request.Logits ? (float)logit : LinkFunctions.Apply(link, logit);
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
