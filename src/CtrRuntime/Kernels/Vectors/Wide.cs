namespace CtrRuntime.Kernels.Vectors;

/// <summary>The doubles of one float vector: twice as wide, so two registers.</summary>
/// <param name="Lower">The doubles of the lower half of the floats.</param>
/// <param name="Upper">The doubles of the upper half of the floats.</param>
internal readonly record struct Wide<TDouble>(TDouble Lower, TDouble Upper)
    where TDouble : unmanaged;
