namespace CtrRuntime.Kernels;

/// <summary>The known features of a row, as a kernel reads them.</summary>
internal unsafe struct KernelRow
{
    /// <summary>The features.</summary>
    public Feature* Features;

    /// <summary>Number of features, 0 included.</summary>
    public int Count;

    /// <summary>Whether feature i is in field i and has the value 1, for every i: the common case, with a kernel of its own if the row has all fields.</summary>
    public bool InFieldOrder;

    /// <summary>The caller's keys of the row, indexed by <see cref="Feature.Position"/>.</summary>
    public ulong* Keys;
}
