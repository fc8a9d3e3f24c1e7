using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>bfloat16, all factors 1. Products are exact; two go to a sum one after the other; 12 + 3.</summary>
internal readonly struct BFloat16Ones : IProducts
{
    public static int Size => 2;

    public static bool HasFactors => false;

    public static double Unit => 1;

    public static int Blocks => 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Add<TRegister, TBits, TFloats, TTotal>(TBits a, TBits b, TFloats factors, TFloats sum)
        where TRegister : struct, IRegister<TBits, TFloats, TTotal>
        where TBits : unmanaged
        where TFloats : unmanaged
        where TTotal : unmanaged =>
        TRegister.MultiplyAdd(
            TRegister.SecondBFloat16(a),
            TRegister.SecondBFloat16(b),
            TRegister.MultiplyAdd(TRegister.FirstBFloat16(a), TRegister.FirstBFloat16(b), sum));
}
