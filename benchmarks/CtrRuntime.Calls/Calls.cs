using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CtrRuntime.Kernels;
using CtrRuntime.Scoring;

namespace CtrRuntime.Calls;

/// <summary>The exported functions. Each answers whether all went well: no exception may leave it.</summary>
internal static unsafe class Calls
{
    private static CtrModel? s_model;

    /// <summary>Opens a model in place of the one before.</summary>
    [UnmanagedCallersOnly(EntryPoint = "calls_open")]
    private static int Open(byte* path) => OpenBody(path);

    /// <summary>Scores each row by itself, as the body of <c>ctr_score</c> does when it has found the model and checked its arguments.</summary>
    [UnmanagedCallersOnly(EntryPoint = "calls_scorer")]
    private static int Scorer(ulong count, ulong* offsets, uint* fields, ulong* keys, float* logits) => ScorerBody(count, offsets, fields, keys, logits);

    /// <summary>Scores each row by a call of <see cref="CtrModel.Score"/>, as a program in C# does.</summary>
    [UnmanagedCallersOnly(EntryPoint = "calls_model")]
    private static int Model(ulong count, ulong* offsets, uint* fields, ulong* keys, float* logits) => ModelBody(count, offsets, fields, keys, logits);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int OpenBody(byte* path) => Succeeds(() =>
    {
        s_model?.Dispose();
        s_model = CtrModel.Open(Marshal.PtrToStringUTF8((nint)path)!);
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ScorerBody(ulong count, ulong* offsets, uint* fields, ulong* keys, float* logits) => Succeeds(() =>
    {
        CtrModel model = s_model!;
        for (ulong r = 0; r < count; r++)
        {
            var error = default(RowError);
            var row = new RowBatch { Rows = 1, Offsets = offsets + r, Fields = fields, Keys = keys };
            CtrStatus status = model.Score(row, new ScoreRequest { Output = logits + r, Logits = true }, ref error);
            if (status != CtrStatus.Ok) throw new CtrException(status, model.Describe(error));
        }
    });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ModelBody(ulong count, ulong* offsets, uint* fields, ulong* keys, float* logits) => Succeeds(() =>
    {
        CtrModel model = s_model!;
        ulong* own = stackalloc ulong[2];
        own[0] = 0;
        for (ulong r = 0; r < count; r++)
        {
            // Each row in arrays that hold no more than it.
            int features = (int)(offsets[r + 1] - offsets[r]);
            own[1] = (ulong)features;
            model.Score(new(own, 2), new(fields + offsets[r], features), new(keys + offsets[r], features), [], new(logits + r, 1), logits: true);
        }
    });

    private static int Succeeds(Action action)
    {
        try
        {
            action();
            return 1;
        }
        catch (Exception e) when (e is CtrException or ArgumentException)
        {
            Console.Error.WriteLine($"CtrRuntime.Calls: {e.Message}");
            return 0;
        }
    }
}
