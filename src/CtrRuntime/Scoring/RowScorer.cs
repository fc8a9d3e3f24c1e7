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
    /// <summary>Rows of up to this many features need no scratch memory of the caller's: their bookkeeping takes 45 KB of stack.</summary>
    public const int StackFeatures = Kernel.LeastScratch;

    /// <summary>A row's features must have 32-bit positions.</summary>
    private const ulong MaxFeatures = int.MaxValue - Kernel.LeastScratch;

    /// <summary>Scratch memory for a feature: in the row that is computed and in the next, its place in the index, and its field.</summary>
    private const int FeatureScratch = (2 * Feature.Bytes) + sizeof(ulong) + FieldRow.Bytes;

    /// <summary>Scratch memory besides.</summary>
    private const int MoreScratch = 2 * Kernel.Padding * Feature.Bytes;

    private readonly Kernel _kernel = kind.CreateKernel(level, weights.Latent, weights.Type);

    /// <summary>The level of the kernels.</summary>
    public KernelLevel Level { get; } = level;

    /// <summary>Bytes of scratch memory for rows of up to <paramref name="longestRow"/> features.</summary>
    public static nuint ScratchSize(ulong longestRow) => longestRow <= StackFeatures ? 0 : checked(((nuint)longestRow * FeatureScratch) + MoreScratch);

    /// <summary>Scores a batch. It is checked first: on a refusal nothing is written.</summary>
    public CtrStatus Score(in RowBatch rows, in ScoreRequest request, ref RowError error)
    {
        ulong capacity = request.Scratch == null || request.ScratchSize < MoreScratch ? 0 : (request.ScratchSize - MoreScratch) / FeatureScratch;
        capacity = Math.Max(StackFeatures, capacity);
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
        byte* stack = stackalloc byte[(StackFeatures * FeatureScratch) + MoreScratch];
        ScoreChecked(rows, request, new RowScratch(stack, StackFeatures));
    }

    private void ScoreChecked(in RowBatch rows, in ScoreRequest request, RowScratch scratch)
    {
        if (index.Kind == IndexKind.Exact) ScoreChecked<ExactSlots>(rows, request, scratch);
        else if (index.Kind == IndexKind.Direct) ScoreChecked<DirectSlots>(rows, request, scratch);
        else ScoreChecked<HashedSlots>(rows, request, scratch);
    }

    private void ScoreChecked<TFinder>(in RowBatch rows, in ScoreRequest request, RowScratch scratch)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        var finder = TFinder.Of(index);
        ulong* places = scratch.Places;
        Feature* features = scratch.Features, spare = scratch.NextFeatures;
        Locate(finder, rows, 0, places);
        ResolvedRow row = Resolve(finder, rows, 0, places, features);
        LineFetch.AskForSlots(weights, row.Kernel);
        if (rows.Rows > 1) Locate(finder, rows, 1, places);
        for (ulong r = 0; r < rows.Rows; r++)
        {
            ResolvedRow next = default;
            if (r + 1 < rows.Rows) next = Resolve(finder, rows, r + 1, places, spare);
            if (r + 2 < rows.Rows) Locate(finder, rows, r + 2, places);
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
    private static void Locate<TFinder>(TFinder finder, in RowBatch rows, ulong row, ulong* places)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        ulong start = rows.Offsets[row];
        ulong* keys = rows.Keys + start;
        nuint length = (nuint)(rows.Offsets[row + 1] - start);
        for (nuint i = 0; i < length; i++)
        {
            ulong place = finder.Place(keys[i]);
            places[i] = place;
            LineFetch.Ask(finder.Address(place));
        }
    }

    /// <summary>Finds the slots of a row's features, sums the linear terms and arranges the known features for the kernel.</summary>
    private ResolvedRow Resolve<TFinder>(TFinder finder, in RowBatch rows, ulong row, ulong* places, Feature* features)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        ulong start = rows.Offsets[row];
        int length = (int)(rows.Offsets[row + 1] - start);
        ulong* keys = rows.Keys + start;
        int known = Find(finder, keys, places, length, weights.Slots, weights.Stride, features);
        SetFieldsAndValues(
            features, known, rows.Fields == null ? null : rows.Fields + start, rows.Values == null ? null : rows.Values + start);
        var resolved = new ResolvedRow
        {
            Kernel = new KernelRow { Features = features, Count = known, Keys = keys },
            Linear = LinearSum.Of(features, known),
            Unknown = (uint)(length - known),
        };
        if (!norm.IsNone) resolved.SumOfSquares = SumOfSquares(rows, start, length, features, known);
        _kernel.Arrange(weights, ref resolved.Kernel);
        return resolved;
    }

    /// <summary>Sets slot, linear weight and position of the known features, and answers how many there are.</summary>
    private static int Find<TFinder>(TFinder finder, ulong* keys, ulong* places, int length, byte* slots, nuint stride, Feature* features)
        where TFinder : struct, ISlotFinder<TFinder>
    {
        Feature* feature = features;
        for (int i = 0; i < length; i++)
        {
            uint slot = finder.Find(places[i], keys[i], out float weight);
            if (slot == SlotIndex.Unknown) continue;
            feature->Row = slots + (slot * stride);
            feature->Weight = weight;
            feature->Position = (uint)i;
            feature++;
        }

        return (int)(feature - features);
    }

    private static void SetFieldsAndValues(Feature* features, int count, uint* fields, float* values)
    {
        for (Feature* feature = features, end = feature + count; feature < end; feature++)
        {
            feature->Field = fields == null ? feature->Position : fields[feature->Position];
            feature->Value = values == null ? 1 : values[feature->Position];
        }
    }

    /// <summary>Σx² of a row, for norms.</summary>
    private double SumOfSquares(in RowBatch rows, ulong start, int length, Feature* features, int known)
    {
        double sum = 0;
        if (norm.CountsUnknown)
        {
            for (int i = 0; i < length; i++) sum += rows.Values == null ? 1 : (double)rows.Values[start + (ulong)i] * rows.Values[start + (ulong)i];
            return sum;
        }

        for (int i = 0; i < known; i++) sum += (double)features[i].Value * features[i].Value;
        return sum;
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

        public Feature* NextFeatures => Features + capacity + Kernel.Padding;
    }
}
