using System.Runtime.CompilerServices;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Scoring;

/// <summary>
/// Scores rows: key → slot → kernel → logit → score. Holds no state of a call, so any number of threads share one; allocates nothing.
/// Rows go through three steps, and while one is computed its followers' memory is on the way: the places of the keys of row r + 2 in the
/// index are asked for, the slots of row r + 1 are found and asked for, row r is computed.
/// </summary>
internal sealed unsafe class RowScorer(
    ModelKind kind, KernelLevel level, uint fieldCount, SlotIndex index, WeightTable weights, InstanceNorm norm, Link link)
{
    /// <summary>Rows of up to this many features need no scratch memory of the caller's: their bookkeeping takes 40 KB of stack.</summary>
    public const int StackFeatures = Kernel.LeastScratch;

    /// <summary>A row's features must have 32-bit positions.</summary>
    private const ulong MaxFeatures = int.MaxValue;

    /// <summary>Scratch memory of a feature: in the row that is computed and in the next, its place in the index, and its field.</summary>
    private static readonly nuint FeatureScratch = (nuint)((2 * sizeof(Feature)) + sizeof(ulong) + sizeof(FieldRow));

    private readonly Kernel _kernel = kind.CreateKernel(level, weights.Latent, weights.Type);

    /// <summary>The level of the kernels.</summary>
    public KernelLevel Level { get; } = level;

    /// <summary>Bytes of scratch memory for rows of up to <paramref name="longestRow"/> features.</summary>
    public static nuint ScratchSize(ulong longestRow) => longestRow <= StackFeatures ? 0 : checked((nuint)longestRow * FeatureScratch);

    /// <summary>Scores a batch. It is checked first: on a refusal nothing is written.</summary>
    public CtrStatus Score(in RowBatch rows, in ScoreRequest request, ref RowError error)
    {
        ulong capacity = Math.Max(StackFeatures, request.Scratch == null ? 0 : request.ScratchSize / FeatureScratch);
        CtrStatus status = RowCheck.Check(rows, kind.UsesFields, fieldCount, Math.Min(capacity, MaxFeatures), ref error);
        if (status != CtrStatus.Ok || rows.Rows == 0) return status;
        if (capacity > StackFeatures) ScoreChecked(rows, request, new RowScratch(request.Scratch, (int)Math.Min(capacity, MaxFeatures)));
        else ScoreOnStack(rows, request);
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
            ScoreOnStack(rows, new ScoreRequest { ExactLogits = &logit });
        }

        return logit;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ScoreOnStack(in RowBatch rows, in ScoreRequest request)
    {
        byte* stack = stackalloc byte[StackFeatures * ((2 * sizeof(Feature)) + sizeof(ulong) + sizeof(FieldRow))];
        ScoreChecked(rows, request, new RowScratch(stack, StackFeatures));
    }

    private void ScoreChecked(in RowBatch rows, in ScoreRequest request, RowScratch scratch)
    {
        if (index.Kind == IndexKind.Exact) ScoreChecked<ExactSlots>(rows, request, scratch);
        else if (index.Kind == IndexKind.Direct) ScoreChecked<DirectSlots>(rows, request, scratch);
        else ScoreChecked<HashedSlots>(rows, request, scratch);
    }

    private void ScoreChecked<TFinder>(in RowBatch rows, in ScoreRequest request, RowScratch scratch)
        where TFinder : struct, ISlotFinder
    {
        Feature* features = scratch.Features, spare = scratch.NextFeatures;
        Locate<TFinder>(rows, 0, scratch.Places);
        ResolvedRow row = Resolve<TFinder>(rows, 0, scratch.Places, features);
        new LineFetch(weights, row.Kernel, 1).Rest();
        if (rows.Rows > 1) Locate<TFinder>(rows, 1, scratch.Places);
        for (ulong r = 0; r < rows.Rows; r++)
        {
            ResolvedRow next = default;
            if (r + 1 < rows.Rows) next = Resolve<TFinder>(rows, r + 1, scratch.Places, spare);
            if (r + 2 < rows.Rows) Locate<TFinder>(rows, r + 2, scratch.Places);
            double pairs = _kernel.Pairs(weights, row.Kernel, next.Kernel, scratch.Fields);
            double logit = norm.Compose(weights.Bias, row.Linear, pairs, row.SumOfSquares);
            if (request.UnknownCounts != null) request.UnknownCounts[r] = row.Unknown;
            if (request.ExactLogits != null) request.ExactLogits[r] = logit;
            else request.Output[r] = request.Logits ? (float)logit : LinkFunctions.Apply(link, logit);
            row = next;
            Feature* free = features;
            features = spare;
            spare = free;
        }
    }

    /// <summary>Computes where the search for each of a row's keys starts and asks for that memory.</summary>
    private void Locate<TFinder>(in RowBatch rows, ulong row, ulong* places)
        where TFinder : struct, ISlotFinder
    {
        ulong* keys = rows.Keys + rows.Offsets[row];
        uint length = (uint)(rows.Offsets[row + 1] - rows.Offsets[row]);
        for (uint i = 0; i < length; i++)
        {
            ulong place = TFinder.Place(index, keys[i]);
            places[i] = place;
            LineFetch.Prefetch(TFinder.Address(index, place));
        }
    }

    /// <summary>Finds the slots of a row's features, sums the linear terms and keeps the known features for the kernel.</summary>
    private ResolvedRow Resolve<TFinder>(in RowBatch rows, ulong row, ulong* places, Feature* features)
        where TFinder : struct, ISlotFinder
    {
        ulong start = rows.Offsets[row];
        uint length = (uint)(rows.Offsets[row + 1] - start);
        ulong* keys = rows.Keys + start;
        float* values = rows.Values == null ? null : rows.Values + start;
        uint* fields = rows.Fields == null ? null : rows.Fields + start;
        var linear = new LinearSum();
        double squares = 0;
        uint known = 0, last = 0;
        bool sorted = true, inFieldOrder = true;
        for (uint i = 0; i < length; i++)
        {
            float value = values == null ? 1 : values[i];
            uint slot = TFinder.Find(index, places[i], keys[i], out float weight);
            if (slot == SlotIndex.Unknown)
            {
                if (norm.CountsUnknown) squares += (double)value * value;
                continue;
            }

            linear.Add(weight, value);
            squares += (double)value * value;
            uint field = fields == null ? i : fields[i];
            sorted &= field >= last;
            inFieldOrder &= field == known & value == 1;
            last = field;
            features[known++] = new Feature { Slot = slot, Field = field, Value = value, Position = i };
        }

        if (kind.UsesFields && !sorted) FeatureOrder.SortByField(features, (int)known);
        return new ResolvedRow
        {
            Kernel = new KernelRow { Features = features, Count = (int)known, InFieldOrder = inFieldOrder, Keys = keys },
            Linear = linear.Total,
            SumOfSquares = squares,
            Unknown = length - known,
        };
    }

    /// <summary>What finding a row's slots came to.</summary>
    private struct ResolvedRow
    {
        public KernelRow Kernel;
        public double Linear;
        public double SumOfSquares;
        public uint Unknown;
    }

    /// <summary>Memory for the rows in hand, divided up.</summary>
    private readonly struct RowScratch(byte* memory, int capacity)
    {
        public FieldRow* Fields => (FieldRow*)memory;

        public ulong* Places => (ulong*)(Fields + capacity);

        public Feature* Features => (Feature*)(Places + capacity);

        public Feature* NextFeatures => Features + capacity;
    }
}
