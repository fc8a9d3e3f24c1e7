namespace CtrRuntime.Kernels.Vectors;

/// <summary>How a kernel reads weights of one type; compiled into it.</summary>
internal unsafe interface IWeights
{
    /// <summary>The type.</summary>
    static abstract WeightType Type { get; }

    /// <summary>Bytes of a weight.</summary>
    static abstract int Size { get; }

    /// <summary>Whether the numbers read are still to be multiplied by a scale.</summary>
    static abstract bool IsScaled { get; }

    /// <summary>A vector's worth of weights as floats, exactly.</summary>
    static abstract TVector Load<TOps, TVector, TWide>(byte* from)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged;
}
