using System.Runtime.CompilerServices;

namespace CtrRuntime.Kernels.Vectors;

/// <summary>
/// One lane, and that in double. No level uses it for speed: it is the way out for rows whose products overflow a float
/// (values beyond 1e18 or so), which stay finite in double because four floats multiplied do.
/// </summary>
internal readonly unsafe struct ScalarOps : IVectorOps<double, double>
{
    public static int Width => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load(float* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LoadBFloat16(ushort* from) => BitConverter.UInt32BitsToSingle((uint)*from << 16);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double LoadInt8(sbyte* from) => *from;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Broadcast(float value) => value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Factor(float* rounded, double* exact) => *exact;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Add(double a, double b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Multiply(double a, double b) => a * b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplyAdd(double a, double b, double c) => (a * b) + c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Widen(double a) => a;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double WideAdd(double a, double b) => a + b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double WideMultiplyAdd(double a, double b, double c) => (a * b) + c;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Sum(double a) => a;
}
