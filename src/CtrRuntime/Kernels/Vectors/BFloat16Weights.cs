using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Vectors;

/// <summary><see cref="WeightType.BFloat16"/>.</summary>
internal readonly unsafe struct BFloat16Weights : IWeights
{
    public static WeightType Type => WeightType.BFloat16;

    public static int Size => sizeof(ushort);

    public static bool IsScaled => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TOps, TVector, TWide>(byte* from)
        where TOps : struct, IVectorOps<TVector, TWide>
        where TVector : unmanaged
        where TWide : unmanaged => TOps.LoadBFloat16((ushort*)from);
}
