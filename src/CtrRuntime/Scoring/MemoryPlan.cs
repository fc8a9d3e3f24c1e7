namespace CtrRuntime.Scoring;

/// <summary>How much memory a batch takes while it is scored, and for what.</summary>
internal readonly struct MemoryPlan
{
    /// <summary>Most features of a group: of the longest row, and at least <see cref="Kernels.RowGroup.MostFeatures"/>.</summary>
    public int Features { get; init; }

    /// <summary>What the kernel needs for a group.</summary>
    public nuint KernelBytes { get; init; }

    /// <summary>The whole.</summary>
    public nuint Bytes { get; init; }
}
