namespace CtrRuntime.Kernels;

/// <summary>The known features of a row, as a kernel reads them.</summary>
internal unsafe struct KernelRow
{
    /// <summary>The features; there is room for <see cref="Kernel.Padding"/> more behind them.</summary>
    public Feature* Features;

    /// <summary>Number of features, 0 included.</summary>
    public int Count;

    /// <summary>The caller's keys of the row, indexed by <see cref="Feature.Position"/>.</summary>
    public ulong* Keys;

    /// <summary>Whether feature i is the only one of field i, for every field of the model. Set by <see cref="Kernel.Arrange"/>.</summary>
    public bool HasEveryField;

    /// <summary>Whether every value is 1, if <see cref="HasEveryField"/>.</summary>
    public bool IsOnes;
}
