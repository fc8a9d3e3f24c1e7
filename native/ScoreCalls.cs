using System.Runtime.CompilerServices;
using CtrRuntime.Kernels;
using CtrRuntime.Scoring;

namespace CtrRuntime.Native;

/// <summary>Scores batches of rows.</summary>
internal static unsafe class ScoreCalls
{
    private const uint OutputScore = 0;
    private const uint OutputLogit = 1;

    /// <summary><c>ctr_score</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Score(nint model, NativeRows* rows, NativeScoreOptions* options, float* output)
    {
        try
        {
            CtrModel scorer = HandleTable.Find(model).Model;
            RowBatch batch = Batch(rows);
            var request = new ScoreRequest { Output = output };
            if (options != null) Read(options, ref request);
            if (batch.Rows == 0) return CtrStatus.Ok;
            CheckArrays(batch);
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

    /// <summary><c>ctr_scratch_size</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus ScratchSize(nint model, ulong longestRow, ulong* size)
    {
        try
        {
            _ = HandleTable.Find(model);
            Arguments.NotNull(size, "size");
            if (longestRow > uint.MaxValue) throw new CtrException(CtrStatus.RowTooLong, $"a row of {longestRow} features cannot be scored");
            *size = CtrModel.ScratchSize(longestRow);
            return CtrStatus.Ok;
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    /// <summary>The rows of a checked struct; what its arrays hold is not looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowBatch Batch(NativeRows* rows)
    {
        Arguments.Input(rows);
        Arguments.Zero(rows->Reserved, "ctr_rows.reserved");
        return new RowBatch { Rows = rows->RowCount, Offsets = rows->Offsets, Fields = rows->Fields, Keys = rows->Keys, Values = rows->Values };
    }

    /// <summary>Refuses rows without the arrays that they need.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void CheckArrays(in RowBatch rows)
    {
        Arguments.NotNull(rows.Offsets, "ctr_rows.offsets");
        if (rows.Keys == null && rows.Offsets[rows.Rows] != rows.Offsets[0]) throw Arguments.Invalid("ctr_rows.keys is NULL");
    }

    /// <summary>Whether logits are wanted instead of scores.</summary>
    public static bool IsLogit(uint output, string name) =>
        output is OutputScore or OutputLogit ? output == OutputLogit : throw Arguments.Invalid($"{name} is {output}");

    private static void Read(NativeScoreOptions* options, ref ScoreRequest request)
    {
        Arguments.Input(options);
        request.Logits = IsLogit(options->Output, "ctr_score_options.output");
        request.UnknownCounts = options->UnknownCounts;
        request.Scratch = options->Scratch;
        request.ScratchSize = (nuint)options->ScratchSize;
    }
}
