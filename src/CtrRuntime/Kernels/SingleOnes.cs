using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>One feature a field, of value 1: the vector as it stands.</summary>
internal readonly unsafe struct SingleOnes : IFieldReader
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Read<TOps, TVector, TWide, TWeights>(in WeightTable weights, FieldRow* field, nuint offset)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights => TWeights.Load<TOps, TVector, TWide>(field->Row + offset);
}
