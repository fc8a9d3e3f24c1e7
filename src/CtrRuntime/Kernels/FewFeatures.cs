using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Up to <see cref="Most"/> features a field, of any values. Error in u of Σ|x v|: one a feature, and one for a value multiplied by a scale; 4.</summary>
internal readonly unsafe struct FewFeatures : IFieldReader
{
    /// <summary>Fields of more features are summed in double instead: float sums as long would be outside the error budget.</summary>
    public const int Most = 3;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Read<TOps, TVector, TWide, TWeights>(in WeightTable weights, FieldRow* field, nuint offset)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights
    {
        TVector sum = TOps.Multiply(TOps.Broadcast(field->Value), TWeights.Load<TOps, TVector, TWide>(field->Row + offset));
        for (int i = 1; i < field->Count; i++)
        {
            Feature* feature = field->Features + i;
            TVector v = TWeights.Load<TOps, TVector, TWide>(weights.Slots + (feature->Slot * weights.Stride) + offset);
            sum = TOps.MultiplyAdd(TWeights.Value<TOps, TVector, TWide>(feature), v, sum);
        }

        return sum;
    }
}
