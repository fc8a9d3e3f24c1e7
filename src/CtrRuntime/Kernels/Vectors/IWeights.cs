namespace CtrRuntime.Kernels.Vectors;

/// <summary>How a kernel reads weights of one type; compiled into it.</summary>
internal unsafe interface IWeights
{
    /// <summary>Bytes of a weight.</summary>
    static abstract int Size { get; }

    /// <summary>Whether the numbers read are still to be multiplied by a scale.</summary>
    static abstract bool IsScaled { get; }

    /// <summary>The value that the weights of a feature's slot are multiplied by, in every lane.</summary>
    static abstract TVector Value<TOps, TVector, TWide>(Feature* feature)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged;

    /// <summary>A vector's worth of weights as floats, exactly.</summary>
    static abstract TVector Load<TOps, TVector, TWide>(byte* from)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged;
}
