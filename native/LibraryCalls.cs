using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CtrRuntime.Kernels;

namespace CtrRuntime.Native;

/// <summary>What concerns the library and not a model: versions, texts, counters. Text is in the library's read-only data and terminated by zero.</summary>
internal static unsafe class LibraryCalls
{
    /// <summary><c>CTR_ABI_VERSION</c>.</summary>
    public const uint Abi = 1;

    /// <summary><c>ctr_abi_version</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static uint AbiVersion() => Abi;

    /// <summary><c>ctr_version</c>; a test compares it with the version of the assembly.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static byte* Version() => Static(
        KernelLevels.IsSupported(KernelLevel.Arm64) ? "0.1.0+arm64"u8
        : KernelLevels.IsSupported(KernelLevel.V4) ? "0.1.0+x86-64-v4"u8
        : KernelLevels.IsSupported(KernelLevel.V3) ? "0.1.0+x86-64-v3"u8
        : "0.1.0+x86-64-v2"u8);

    /// <summary><c>ctr_status_text</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static byte* StatusText(CtrStatus status) => Static(status switch
    {
        CtrStatus.Ok => "ok"u8,
        CtrStatus.InvalidArgument => "invalid argument"u8,
        CtrStatus.InvalidHandle => "the model is closed or was never open"u8,
        CtrStatus.Io => "the operating system refused the file"u8,
        CtrStatus.BufferTooSmall => "the buffer is too small"u8,
        CtrStatus.Unsupported => "not supported by this build or processor"u8,
        CtrStatus.OutOfMemory => "out of memory"u8,
        CtrStatus.Internal => "internal error: a defect of the library"u8,
        CtrStatus.ModelMagic => "not a model file"u8,
        CtrStatus.ModelByteOrder => "model file of the other byte order"u8,
        CtrStatus.ModelVersion => "model file of a version that this library does not read"u8,
        CtrStatus.ModelLength => "model file shorter or longer than its header says"u8,
        CtrStatus.ModelHeaderChecksum => "model file: the header is damaged"u8,
        CtrStatus.ModelLayout => "model file of an unknown data layout"u8,
        CtrStatus.ModelKind => "model file of an unknown kind, weight type, index or link"u8,
        CtrStatus.ModelCounts => "model file: an impossible count in the header"u8,
        CtrStatus.ModelTableChecksum => "model file: the section table is damaged"u8,
        CtrStatus.ModelSections => "model file: sections are misplaced"u8,
        CtrStatus.ModelSectionUnknown => "model file: a required section is unknown to this library"u8,
        CtrStatus.ModelSectionMissing => "model file: a section is missing"u8,
        CtrStatus.ModelSectionChecksum => "model file: a section is damaged"u8,
        CtrStatus.ModelSchema => "model file: the schema cannot be read"u8,
        CtrStatus.ModelIndex => "model file: the slot index is inconsistent"u8,
        CtrStatus.ModelGoldenRows => "model file: a golden row does not score to its recorded logit"u8,
        CtrStatus.ModelWeights => "model file: a weight is not a finite number"u8,
        CtrStatus.RowOffsets => "row offsets decrease"u8,
        CtrStatus.RowField => "a field is out of range"u8,
        CtrStatus.RowValue => "a value is not finite"u8,
        CtrStatus.RowTooLong => "a row has more features than the scratch memory holds"u8,
        CtrStatus.RowFieldsMissing => "fields are missing and a row does not have one feature per field"u8,
        CtrStatus.Context => "not a context that was prepared with this model"u8,
        CtrStatus.UnknownField => "the model has no such field"u8,
        CtrStatus.FieldValue => "a raw value does not fit its field"u8,
        CtrStatus.Data => "malformed input"u8,
        _ => "unknown status"u8,
    });

    /// <summary><c>ctr_runtime_counters</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus RuntimeCounters(NativeCounters* counters)
    {
        try
        {
            Arguments.Output(counters);
            Arguments.Fill(counters, new NativeCounters
            {
                AllocatedBytes = (ulong)GC.GetAllocatedBytesForCurrentThread(),
                // The count of a generation includes the collections of the older ones.
                Collections = (ulong)GC.CollectionCount(0),
            });
            return CtrStatus.Ok;
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    // The compiler puts the zero behind the literal, and neither moves.
    private static byte* Static(ReadOnlySpan<byte> literal) => (byte*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(literal));
}
