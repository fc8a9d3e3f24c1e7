using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Vectors;

/// <summary><see cref="WeightType.Float32"/>.</summary>
internal readonly unsafe struct Float32Weights : IWeights
{
    public static int Size => sizeof(float);

    public static bool IsScaled => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Value<TOps, TVector, TWide>(Feature* feature)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged => TOps.Broadcast(feature->Value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOps, TVector, TWide>(byte* from)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged => TOps.Load((float*)from);
}
