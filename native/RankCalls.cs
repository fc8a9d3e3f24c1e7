using System.Runtime.CompilerServices;
using CtrRuntime.Kernels;
using CtrRuntime.Scoring;

namespace CtrRuntime.Native;

/// <summary>Prepares contexts and ranks candidates.</summary>
internal static unsafe class RankCalls
{
    /// <summary><c>ctr_context_size</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus ContextSize(nint model, ulong features, ulong* size)
    {
        try
        {
            CtrModel scorer = HandleTable.Find(model).Model;
            Arguments.NotNull(size, "size");
            if (features > int.MaxValue) throw new CtrException(CtrStatus.RowTooLong, $"a context of {features} features cannot be prepared");
            *size = scorer.ContextSize((uint)features);
            return CtrStatus.Ok;
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    /// <summary><c>ctr_context_prepare</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Prepare(nint model, NativeRows* row, NativeContextOptions* options, byte* memory, nuint size)
    {
        try
        {
            CtrModel scorer = HandleTable.Find(model).Model;
            RowBatch batch = ScoreCalls.Batch(row);
            if (batch.Rows != 1) throw Arguments.Invalid($"a context is one row, not {batch.Rows}");
            ScoreCalls.CheckArrays(batch);
            Arguments.NotNull(memory, "memory");
            Aligned(memory, "memory");
            var request = new ScoreRequest { NewContext = memory };
            if (options != null) Read(options, ref request);
            ulong features = batch.Offsets[1] - batch.Offsets[0];
            // A row whose offsets decrease, or that is too long, is refused as such below.
            if (batch.Offsets[1] >= batch.Offsets[0] && features <= int.MaxValue && scorer.ContextSize((uint)features) is var needed && size < needed)
                throw new CtrException(CtrStatus.BufferTooSmall, $"a context of {features} features takes {needed} bytes, not {size}");
            var error = default(RowError);
            CtrStatus status = scorer.Score(batch, request, ref error);
            return status == CtrStatus.Ok ? status : LastError.Set(status, scorer.Describe(error));
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    /// <summary><c>ctr_rank</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Rank(nint model, byte* context, nuint contextSize, NativeRows* candidates, NativeRankOptions* options, float* output)
    {
        try
        {
            CtrModel scorer = HandleTable.Find(model).Model;
            Arguments.NotNull(context, "context");
            Aligned(context, "context");
            RowBatch batch = ScoreCalls.Batch(candidates);
            var request = new ScoreRequest { Output = output, Context = context };
            if (options != null) Read(options, ref request);
            if (!scorer.IsContext(context, contextSize))
                return LastError.Set(CtrStatus.Context, "the memory holds no context, or one that was prepared with another open model, or less than all of it");
            if (batch.Rows == 0) return CtrStatus.Ok;
            ScoreCalls.CheckArrays(batch);
            Arguments.NotNull(output, "out");
            var error = default(RowError);
            CtrStatus status = scorer.Score(batch, request, ref error);
            return status == CtrStatus.Ok ? status : LastError.Set(status, scorer.Describe(error));
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    private static void Aligned(byte* memory, string name)
    {
        if ((nuint)memory % ContextHeader.Alignment != 0) throw Arguments.Invalid($"{name} is not at a multiple of {ContextHeader.Alignment}");
    }

    private static void Read(NativeContextOptions* options, ref ScoreRequest request)
    {
        Arguments.Input(options);
        Arguments.Zero(options->Reserved, "ctr_context_options.reserved");
        request.UnknownCounts = options->UnknownCount;
        request.Scratch = options->Scratch;
        request.ScratchSize = (nuint)options->ScratchSize;
    }

    private static void Read(NativeRankOptions* options, ref ScoreRequest request)
    {
        Arguments.Input(options);
        request.Logits = ScoreCalls.IsLogit(options->Output, "ctr_rank_options.output");
        request.UnknownCounts = options->UnknownCounts;
        request.Scratch = options->Scratch;
        request.ScratchSize = (nuint)options->ScratchSize;
        request.Top = options->TopK;
        request.Indices = options->Indices;
        if (request.Top != 0) Arguments.NotNull(request.Indices, "ctr_rank_options.indices");
        else if (request.Indices != null) throw Arguments.Invalid("ctr_rank_options.indices is not NULL, but top_k is 0");
    }
}
