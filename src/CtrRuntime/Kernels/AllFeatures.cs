using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Entries are fields of any number of features: for sums in double.</summary>
internal readonly unsafe struct AllFeatures : IFieldReader
{
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
        TVector sum = default;
        for (Feature* feature = field->Features, end = feature + field->Count; feature < end; feature++)
        {
            TVector v = TWeights.Load<TOps, TVector, TWide>(feature->Row + offset);
            sum = TOps.MultiplyAdd(TWeights.Value<TOps, TVector, TWide>(feature), v, sum);
        }

        return sum;
    }
}
