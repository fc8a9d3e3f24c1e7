using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>How the pair loops of a field-aware kernel read Σ x v of a field: compiled into them once for each kind of row.</summary>
internal unsafe interface IFieldReader
{
    /// <summary>Σ x v over the features of a field, v at <paramref name="offset"/> bytes into their slots.</summary>
    static abstract TVector Read<TOps, TVector, TWide, TWeights>(in WeightTable weights, FieldRow* field, nuint offset)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights;
}
