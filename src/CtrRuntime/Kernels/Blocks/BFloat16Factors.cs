using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>bfloat16 with factors. Products are exact. Roundings: one for adding two of them, one an addition, one of the other factor; 1 + 10 + 3 + 1.</summary>
internal readonly struct BFloat16Factors : IProducts
{
    public static int Size => 2;

    public static bool HasFactors => true;

    public static double Unit => 1;

    public static int Blocks => 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Add<TRegister, TBits, TFloats, TTotal>(TBits a, TBits b, TFloats factors, TFloats sum)
        where TRegister : struct, IRegister<TBits, TFloats, TTotal>
        where TBits : unmanaged
        where TFloats : unmanaged
        where TTotal : unmanaged =>
        TRegister.MultiplyAdd(
            TRegister.MultiplyAdd(
                TRegister.SecondBFloat16(a), TRegister.SecondBFloat16(b), TRegister.Multiply(TRegister.FirstBFloat16(a), TRegister.FirstBFloat16(b))),
            factors,
            sum);
}
