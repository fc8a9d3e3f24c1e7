using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Entries are features of value 1, one a field: the vector as it stands.</summary>
internal readonly unsafe struct SingleOnes : IFieldReader
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
        TWeights.Load<TOps, TVector, TWide>(((Feature*)entry)->Row + offset);
}
