namespace CtrRuntime.Kernels.Vectors;

/// <summary>
/// The arithmetic a kernel is written in, for one register width and one way of rounding. The structs that implement it are
/// the only code that names a register width; a kernel is generic over them and compiled once for each.
/// Every operation has one defined result, so that a score has the same bits under the JIT and ahead of time: no estimates,
/// no order left to the compiler.
/// </summary>
/// <typeparam name="TVector"><see cref="Width"/> floats.</typeparam>
/// <typeparam name="TWide"><see cref="Width"/> doubles: the accumulators that keep long sums exact enough.</typeparam>
internal unsafe interface IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
{
    /// <summary>Floats in a vector.</summary>
    static abstract int Width { get; }

    /// <summary>The <see cref="Width"/> floats at an address of any alignment.</summary>
    static abstract TVector Load(float* from);

    /// <summary>The <see cref="Width"/> bfloat16 numbers at an address of any alignment, exactly.</summary>
    static abstract TVector LoadBFloat16(ushort* from);

    /// <summary>The <see cref="Width"/> signed bytes at an address, exactly.</summary>
    static abstract TVector LoadInt8(sbyte* from);

    /// <summary>The same float in every lane.</summary>
    static abstract TVector Broadcast(float value);

    /// <summary>A factor in every lane: the double where lanes are doubles, else the float next to it, which the caller has at hand.</summary>
    static abstract TVector Factor(float* rounded, double* exact);

    /// <summary>a + b, rounded once.</summary>
    static abstract TVector Add(TVector a, TVector b);

    /// <summary>a · b, rounded once.</summary>
    static abstract TVector Multiply(TVector a, TVector b);

    /// <summary>a · b + c, rounded once where the level is fused and twice where it is not.</summary>
    static abstract TVector MultiplyAdd(TVector a, TVector b, TVector c);

    /// <summary>The floats as doubles, exactly.</summary>
    static abstract TWide Widen(TVector a);

    /// <summary>a + b in double.</summary>
    static abstract TWide WideAdd(TWide a, TWide b);

    /// <summary>a · b + c in double, fused where the level is.</summary>
    static abstract TWide WideMultiplyAdd(TWide a, TWide b, TWide c);

    /// <summary>The sum of all lanes: halves are added to halves until one number is left.</summary>
    static abstract double Sum(TWide a);
}
