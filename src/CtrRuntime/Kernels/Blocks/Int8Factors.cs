using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>Signed bytes, whose scales are in the factors. Products and their sums by fours are exact. Roundings: one for the scale in each factor, one an addition, one of the other factor; 2 + 9 + 3 + 1.</summary>
internal readonly struct Int8Factors : IProducts
{
    public static int Size => 1;

    public static bool HasFactors => true;

    public static double Unit => 1.0 / 256;

    public static int Blocks => 9;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Add<TRegister, TBits, TFloats, TTotal>(TBits a, TBits b, TFloats factors, TFloats sum)
        where TRegister : struct, IRegister<TBits, TFloats, TTotal>
        where TBits : unmanaged
        where TFloats : unmanaged
        where TTotal : unmanaged =>
        TRegister.MultiplyAdd(TRegister.Products256(a, b), factors, sum);
}
