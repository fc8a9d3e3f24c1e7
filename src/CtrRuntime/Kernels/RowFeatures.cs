namespace CtrRuntime.Kernels;

/// <summary>The features of one row of a <see cref="RowGroup"/>.</summary>
internal unsafe struct RowFeatures
{
    /// <summary>Number of features.</summary>
    public int Count;

    /// <summary>Their fields; null: feature i is of field i.</summary>
    public uint* Fields;

    /// <summary>Their values; null: all 1.</summary>
    public float* Values;

    /// <summary>Where their latent vectors start; the slot of zeros for unknown features.</summary>
    public byte** Slots;
}
