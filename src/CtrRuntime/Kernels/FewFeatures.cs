using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Entries are fields of up to <see cref="Most"/> features, of any values. Error in u of Σ|x v|: one a feature, and one for a value multiplied by a scale; 4.</summary>
internal readonly unsafe struct FewFeatures : IFieldReader
{
    /// <summary>Fields of more features are summed in double instead: float sums as long would be outside the error budget.</summary>
    public const int Most = 3;

    public static int Size => FieldRow.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Field(byte* entry) => ((FieldRow*)entry)->Field;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Row(byte* entry) => ((FieldRow*)entry)->Row;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Read<TOps, TVector, TWide, TWeights>(byte* entry, nuint offset)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights
    {
        var field = (FieldRow*)entry;
        TVector sum = TOps.Multiply(TOps.Broadcast(field->Value), TWeights.Load<TOps, TVector, TWide>(field->Row + offset));
        for (int i = 1; i < field->Count; i++)
        {
            Feature* feature = field->Features + i;
            TVector v = TWeights.Load<TOps, TVector, TWide>(feature->Row + offset);
            sum = TOps.MultiplyAdd(TWeights.Value<TOps, TVector, TWide>(feature), v, sum);
        }

        return sum;
    }
}
