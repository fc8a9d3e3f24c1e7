using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Scoring;

/// <summary>
/// Scores rows: key → slot → kernel → logit → score. Holds no state of a call, so any number of threads share one; allocates nothing.
/// The next row's slots are found, and their cache lines asked for, before the current row is computed.
/// </summary>
internal sealed unsafe class RowScorer(
    ModelKind kind, KernelLevel level, uint fieldCount, SlotIndex index, WeightTable weights, InstanceNorm norm, Link link)
{
    /// <summary>Rows of up to this many features need no scratch memory of the caller's: two of them take 16 KB of stack.</summary>
    public const int StackFeatures = 512;

    /// <summary>A row's features must have 32-bit positions.</summary>
    private const ulong MaxFeatures = uint.MaxValue;

    private const int Line = 64;

    /// <summary>More lines of a slot than this are left to the processor's own prefetcher, which follows once the kernel walks them.</summary>
    private const int MaxPrefetchLines = 12;

    private readonly Kernel _kernel = kind.CreateKernel(level, weights.Latent);

    /// <summary>The level of the kernels.</summary>
    public KernelLevel Level { get; } = level;

    /// <summary>Bytes of scratch memory for rows of up to <paramref name="longestRow"/> features.</summary>
    public static nuint ScratchSize(ulong longestRow) =>
        longestRow <= StackFeatures ? 0 : checked((nuint)longestRow * 2 * (nuint)sizeof(Feature));

    /// <summary>Scores a batch. It is checked first: on a refusal nothing is written.</summary>
    public CtrStatus Score(in RowBatch rows, in ScoreRequest request, ref RowError error)
    {
        ulong capacity = Math.Max(StackFeatures, request.Scratch == null ? 0 : request.ScratchSize / 2 / (nuint)sizeof(Feature));
        CtrStatus status = RowCheck.Check(rows, kind.UsesFields, fieldCount, Math.Min(capacity, MaxFeatures), ref error);
        if (status != CtrStatus.Ok || rows.Rows == 0) return status;
        if (capacity > StackFeatures) ScoreChecked(rows, request, (Feature*)request.Scratch, (Feature*)request.Scratch + capacity);
        else ScoreOnStack(rows, request);
        return CtrStatus.Ok;
    }

    /// <summary>The logit of one row of at most <see cref="StackFeatures"/> features that is known to be in order.</summary>
    public double Logit(GoldenRow row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(row.Keys.Length, StackFeatures);
        Feature* features = stackalloc Feature[StackFeatures];
        fixed (uint* fields = row.Fields)
        fixed (ulong* keys = row.Keys)
        fixed (float* values = row.Values)
        {
            ulong* offsets = stackalloc ulong[] { 0, (ulong)row.Keys.Length };
            var rows = new RowBatch { Rows = 1, Offsets = offsets, Fields = fields, Keys = keys, Values = values };
            Resolved resolved = Resolve(rows, 0, features);
            return Evaluate(rows, 0, features, resolved);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ScoreOnStack(in RowBatch rows, in ScoreRequest request)
    {
        Feature* features = stackalloc Feature[2 * StackFeatures];
        ScoreChecked(rows, request, features, features + StackFeatures);
    }

    private void ScoreChecked(in RowBatch rows, in ScoreRequest request, Feature* current, Feature* next)
    {
        Resolved resolved = Resolve(rows, 0, current);
        for (ulong r = 0; r < rows.Rows; r++)
        {
            Resolved following = r + 1 < rows.Rows ? Resolve(rows, r + 1, next) : default;
            double logit = Evaluate(rows, r, current, resolved);
            request.Output[r] = request.Logits ? (float)logit : LinkFunctions.Apply(link, logit);
            if (request.UnknownCounts != null) request.UnknownCounts[r] = resolved.Unknown;
            resolved = following;
            Feature* spare = current;
            current = next;
            next = spare;
        }
    }

    /// <summary>Finds the slots of a row's features, keeps the known ones and asks for their cache lines.</summary>
    private Resolved Resolve(in RowBatch rows, ulong row, Feature* features)
    {
        ulong start = rows.Offsets[row];
        uint length = (uint)(rows.Offsets[row + 1] - start);
        var resolved = new Resolved();
        for (uint i = 0; i < length; i++)
        {
            float value = rows.Values == null ? 1 : rows.Values[start + i];
            uint slot = index.Find(rows.Keys[start + i]);
            if (slot == SlotIndex.Unknown)
            {
                resolved.Unknown++;
                if (norm.CountsUnknown) resolved.SumOfSquares += (double)value * value;
                continue;
            }

            Prefetch(slot);
            resolved.SumOfSquares += (double)value * value;
            features[resolved.Known++] = new Feature
            {
                Slot = slot,
                Field = rows.Fields == null ? i : rows.Fields[start + i],
                Value = value,
                Position = i,
            };
        }

        if (kind.UsesFields) FeatureOrder.SortByField(features, (int)resolved.Known);
        return resolved;
    }

    private double Evaluate(in RowBatch rows, ulong row, Feature* features, in Resolved resolved)
    {
        RowTerms terms = _kernel.Evaluate(weights, features, (int)resolved.Known, rows.Keys + rows.Offsets[row]);
        return norm.Compose(weights.Bias, terms, resolved.SumOfSquares);
    }

    private void Prefetch(uint slot)
    {
        if (!Sse.IsSupported) return;
        byte* line = weights.Slots + (slot * weights.Stride);
        int lines = (int)Math.Min((weights.Stride + Line - 1) / Line, MaxPrefetchLines);
        for (int l = 0; l < lines; l++) Sse.Prefetch0(line + (l * Line));
    }

    /// <summary>What finding a row's slots came to.</summary>
    private struct Resolved
    {
        public uint Known;
        public uint Unknown;
        public double SumOfSquares;
    }
}
