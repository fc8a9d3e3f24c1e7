namespace CtrRuntime.Kernels;

/// <summary>
/// What a kernel keeps of a context, the part of a row that many candidates share, so that a candidate costs only its own features. It holds no
/// pointers: it may be copied, and any number of threads may read it at once.
/// </summary>
internal unsafe struct KernelContext
{
    /// <summary>Memory of <see cref="Kernel.ContextSize"/> bytes, at a multiple of 8.</summary>
    public byte* Memory;

    /// <summary>Number of features of the context, unknown ones included.</summary>
    public int Count;
}
