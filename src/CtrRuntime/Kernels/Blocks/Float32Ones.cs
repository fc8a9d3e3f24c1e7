using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>Single precision, all factors 1. Roundings: one an addition; 12 + 3.</summary>
internal readonly struct Float32Ones : IProducts
{
    public static int Size => 4;

    public static bool HasFactors => false;

    public static double Unit => 1;

    public static int Blocks => 12;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Add<TRegister, TBits, TFloats, TTotal>(TBits a, TBits b, TFloats factors, TFloats sum)
        where TRegister : struct, IRegister<TBits, TFloats, TTotal>
        where TBits : unmanaged
        where TFloats : unmanaged
        where TTotal : unmanaged =>
        TRegister.MultiplyAdd(TRegister.Floats(a), TRegister.Floats(b), sum);
}
