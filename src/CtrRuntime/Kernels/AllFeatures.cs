using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Any number of features a field: for sums in double.</summary>
internal readonly unsafe struct AllFeatures : IFieldReader
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Read<TOps, TVector, TWide, TWeights>(in WeightTable weights, FieldRow* field, nuint offset)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights
    {
        TVector sum = default;
        for (Feature* feature = field->Features, end = feature + field->Count; feature < end; feature++)
        {
            TVector v = TWeights.Load<TOps, TVector, TWide>(weights.Slots + (feature->Slot * weights.Stride) + offset);
            sum = TOps.MultiplyAdd(TWeights.Value<TOps, TVector, TWide>(feature), v, sum);
        }

        return sum;
    }
}
