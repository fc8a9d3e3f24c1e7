using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Entries are features of any value, one a field. Error: 2u of |x v|, one of them for a value multiplied by a scale.</summary>
internal readonly unsafe struct SingleValues : IFieldReader
{
    public static int Size => Feature.Bytes;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Field(byte* entry) => ((Feature*)entry)->Field;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* Row(byte* entry) => ((Feature*)entry)->Row;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Read<TOps, TVector, TWide, TWeights>(byte* entry, nuint offset)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged
        where TWeights : struct, IWeights =>
        TOps.Multiply(
            TWeights.Value<TOps, TVector, TWide>((Feature*)entry), TWeights.Load<TOps, TVector, TWide>(((Feature*)entry)->Row + offset));
}
