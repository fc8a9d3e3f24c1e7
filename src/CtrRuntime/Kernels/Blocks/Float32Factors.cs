using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>Single precision with factors. Roundings: one of the product with the factor, one an addition, one of the other factor; 1 + 10 + 3 + 1.</summary>
internal readonly struct Float32Factors : IProducts
{
    public static int Size => 4;

    public static bool HasFactors => true;

    public static double Unit => 1;

    public static int Blocks => 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TFloats Add<TRegister, TBits, TFloats, TTotal>(TBits a, TBits b, TFloats factors, TFloats sum)
        where TRegister : struct, IRegister<TBits, TFloats, TTotal>
        where TBits : unmanaged
        where TFloats : unmanaged
        where TTotal : unmanaged =>
        TRegister.MultiplyAdd(TRegister.Multiply(TRegister.Floats(a), factors), TRegister.Floats(b), sum);
}
