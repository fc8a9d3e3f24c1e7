using System.Runtime.InteropServices;

namespace CtrRuntime.Native;

/// <summary>
/// The exported functions; include/ctr.h is their manual. Each is one line into a body that is never inlined: stack memory in the export
/// itself would be laid out before the runtime has attached the calling thread.
/// </summary>
internal static unsafe class Exports
{
    [UnmanagedCallersOnly(EntryPoint = "ctr_abi_version")]
    private static uint AbiVersion() => LibraryCalls.AbiVersion();

    [UnmanagedCallersOnly(EntryPoint = "ctr_version")]
    private static byte* Version() => LibraryCalls.Version();

    [UnmanagedCallersOnly(EntryPoint = "ctr_status_text")]
    private static byte* StatusText(CtrStatus status) => LibraryCalls.StatusText(status);

    [UnmanagedCallersOnly(EntryPoint = "ctr_last_error")]
    private static CtrStatus Error(byte* buffer, nuint size, nuint* needed) => LastError.Copy(buffer, size, needed);

    [UnmanagedCallersOnly(EntryPoint = "ctr_runtime_counters")]
    private static CtrStatus RuntimeCounters(NativeCounters* counters) => LibraryCalls.RuntimeCounters(counters);

    [UnmanagedCallersOnly(EntryPoint = "ctr_model_open")]
    private static CtrStatus ModelOpen(byte* path, NativeOpenOptions* options, nint* model) => ModelCalls.Open(path, options, model);

    [UnmanagedCallersOnly(EntryPoint = "ctr_model_open_memory")]
    private static CtrStatus ModelOpenMemory(byte* bytes, nuint size, NativeOpenOptions* options, nint* model) =>
        ModelCalls.OpenMemory(bytes, size, options, model);

    [UnmanagedCallersOnly(EntryPoint = "ctr_model_close")]
    private static CtrStatus ModelClose(nint model) => ModelCalls.Close(model);

    [UnmanagedCallersOnly(EntryPoint = "ctr_model_info")]
    private static CtrStatus ModelInfo(nint model, NativeModelInfo* info) => ModelCalls.Info(model, info);

    [UnmanagedCallersOnly(EntryPoint = "ctr_field_info")]
    private static CtrStatus FieldInfo(nint model, uint field, NativeFieldInfo* info) => FieldCalls.Info(model, field, info);

    [UnmanagedCallersOnly(EntryPoint = "ctr_field_find")]
    private static CtrStatus FieldFind(nint model, byte* name, uint* field) => FieldCalls.Find(model, name, field);

    [UnmanagedCallersOnly(EntryPoint = "ctr_key")]
    private static CtrStatus Key(nint model, uint field, byte* utf8, nuint size, ulong* key) => FieldCalls.Key(model, field, utf8, size, key);

    [UnmanagedCallersOnly(EntryPoint = "ctr_encode")]
    private static CtrStatus Encode(nint model, NativeValue* values, nuint count, NativeRowBuffer* row) =>
        EncodeCalls.Encode(model, values, count, row);

    [UnmanagedCallersOnly(EntryPoint = "ctr_score")]
    private static CtrStatus Score(nint model, NativeRows* rows, NativeScoreOptions* options, float* output) =>
        ScoreCalls.Score(model, rows, options, output);

    [UnmanagedCallersOnly(EntryPoint = "ctr_scratch_size")]
    private static CtrStatus ScratchSize(nint model, ulong longestRow, ulong* size) => ScoreCalls.ScratchSize(model, longestRow, size);

    [UnmanagedCallersOnly(EntryPoint = "ctr_context_size")]
    private static CtrStatus ContextSize(nint model, ulong features, ulong* size) => RankCalls.ContextSize(model, features, size);

    [UnmanagedCallersOnly(EntryPoint = "ctr_context_prepare")]
    private static CtrStatus ContextPrepare(nint model, NativeRows* row, NativeContextOptions* options, byte* memory, nuint size) =>
        RankCalls.Prepare(model, row, options, memory, size);

    [UnmanagedCallersOnly(EntryPoint = "ctr_rank")]
    private static CtrStatus Rank(nint model, byte* context, nuint contextSize, NativeRows* candidates, NativeRankOptions* options, float* output) =>
        RankCalls.Rank(model, context, contextSize, candidates, options, output);
}
