using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// How the pair loops of a field-aware kernel read Σ x v of a field: compiled into them once for each kind of row. A field is given by the
/// address of its entry in an array of <see cref="Size"/> bytes each.
/// </summary>
internal unsafe interface IFieldReader
{
    /// <summary>Bytes of an entry.</summary>
    static abstract int Size { get; }

    /// <summary>The number of the field.</summary>
    static abstract uint Field(byte* entry);

    /// <summary>The slot of the field's first feature.</summary>
    static abstract byte* Row(byte* entry);

    /// <summary>Σ x v over the features of a field, v at <paramref name="offset"/> bytes into their slots.</summary>
    static abstract TVector Read<TOps, TVector, TWide, TWeights>(byte* entry, nuint offset)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights;
}
