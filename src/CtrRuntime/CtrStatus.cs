namespace CtrRuntime;

/// <summary>
/// What a call of the runtime answers; the numbers are those of <c>ctr_status</c> in <c>ctr.h</c>, fixed and never reused.
/// Zero is success, everything else a refusal.
/// </summary>
public enum CtrStatus
{
    /// <summary>The call did what it says.</summary>
    Ok = 0,

    /// <summary>A NULL where none is allowed, a struct of unknown size, a reserved member that is not zero, an unknown option.</summary>
    InvalidArgument = -1,

    /// <summary>A model handle that is closed, or was never one of ours.</summary>
    InvalidHandle = -2,

    /// <summary>The operating system refused to open, map or read the file.</summary>
    Io = -3,

    /// <summary>The caller's buffer is too small; the needed size has been written.</summary>
    BufferTooSmall = -4,

    /// <summary>This build or this processor cannot do what was asked (for example a kernel level).</summary>
    Unsupported = -5,

    /// <summary>Memory could not be had.</summary>
    OutOfMemory = -6,

    /// <summary>A defect of the runtime; the detail says where. Please report it.</summary>
    Internal = -7,

    /// <summary>The first eight bytes are not those of a model file.</summary>
    ModelMagic = -20,

    /// <summary>The file was written with the other byte order.</summary>
    ModelByteOrder = -21,

    /// <summary>The file's major version is newer than this build reads.</summary>
    ModelVersion = -22,

    /// <summary>The file is shorter or longer than its header says.</summary>
    ModelLength = -23,

    /// <summary>The header does not match its checksum.</summary>
    ModelHeaderChecksum = -24,

    /// <summary>The header names a data layout this build does not know.</summary>
    ModelLayout = -25,

    /// <summary>The header names a model kind, weight type, index or link this build does not know.</summary>
    ModelKind = -26,

    /// <summary>A count or size in the header is impossible.</summary>
    ModelCounts = -27,

    /// <summary>The section table does not match its checksum.</summary>
    ModelTableChecksum = -28,

    /// <summary>Sections overlap, leave holes, are misplaced, out of order, or of the wrong length.</summary>
    ModelSections = -29,

    /// <summary>A section that must be understood is unknown to this build.</summary>
    ModelSectionUnknown = -30,

    /// <summary>A section that the model kind needs is absent.</summary>
    ModelSectionMissing = -31,

    /// <summary>A section does not match its checksum.</summary>
    ModelSectionChecksum = -32,

    /// <summary>The schema section cannot be read, or its hash test vectors do not come out.</summary>
    ModelSchema = -33,

    /// <summary>The slot index is inconsistent.</summary>
    ModelIndex = -34,

    /// <summary>A golden row does not score to its recorded logit.</summary>
    ModelGoldenRows = -35,

    /// <summary>A weight is NaN or infinite.</summary>
    ModelWeights = -36,

    /// <summary>Row offsets decrease, or a row is not where the offsets say it can be.</summary>
    RowOffsets = -50,

    /// <summary>A field number is not below the model's field count.</summary>
    RowField = -51,

    /// <summary>A feature's value is NaN or infinite.</summary>
    RowValue = -52,

    /// <summary>A row has more features than the scratch space holds.</summary>
    RowTooLong = -53,

    /// <summary>Fields were not given, and a row does not have exactly one feature per field.</summary>
    RowFieldsMissing = -54,

    /// <summary>Memory that is not a context, or that another model prepared.</summary>
    Context = -55,

    /// <summary>The schema has no field of that name or number.</summary>
    UnknownField = -60,

    /// <summary>A raw value does not fit its field (text where a number is needed, or a number that is not finite).</summary>
    FieldValue = -61,

    /// <summary>An input file is malformed; the detail names the file, line and column.</summary>
    Data = -70,
}
