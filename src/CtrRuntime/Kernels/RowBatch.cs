namespace CtrRuntime.Kernels;

/// <summary>
/// Rows in CSR form, as the C ABI passes them: row r has the features Offsets[r] .. Offsets[r+1] of the arrays.
/// The caller owns the memory and keeps it in place during the call.
/// </summary>
internal unsafe struct RowBatch
{
    /// <summary>Number of rows.</summary>
    public ulong Rows;

    /// <summary>Rows + 1 non-decreasing offsets.</summary>
    public ulong* Offsets;

    /// <summary>Field of each feature, or null.</summary>
    public uint* Fields;

    /// <summary>Key of each feature.</summary>
    public ulong* Keys;

    /// <summary>Value of each feature, or null for all 1.</summary>
    public float* Values;
}
