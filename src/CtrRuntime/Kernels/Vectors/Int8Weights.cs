using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Vectors;

/// <summary><see cref="WeightType.Int8"/>.</summary>
internal readonly unsafe struct Int8Weights : IWeights
{
    public static WeightType Type => WeightType.Int8;

    public static int Size => sizeof(sbyte);

    public static bool IsScaled => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOps, TVector, TWide>(byte* from)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged => TOps.LoadInt8((sbyte*)from);
}
