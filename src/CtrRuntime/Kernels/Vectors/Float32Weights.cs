using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Vectors;

/// <summary><see cref="WeightType.Float32"/>.</summary>
internal readonly unsafe struct Float32Weights : IWeights
{
    public static WeightType Type => WeightType.Float32;

    public static int Size => sizeof(float);

    public static bool IsScaled => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOps, TVector, TWide>(byte* from)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged => TOps.Load((float*)from);
}
