namespace CtrRuntime.Kernels.Blocks;

/// <summary>
/// What blocks of fields need of a register: of one width and one way of rounding. A register of latent vectors is <typeparamref name="TBits"/> until a
/// weight type makes numbers of it. See <see cref="FieldBlocks"/>.
/// </summary>
/// <typeparam name="TBits">A register of 32-bit lanes.</typeparam>
/// <typeparam name="TFloats">The same as floats.</typeparam>
/// <typeparam name="TTotal">Doubles, half as many as floats.</typeparam>
internal unsafe interface IRegister<TBits, TFloats, TTotal>
    where TBits : unmanaged
    where TFloats : unmanaged
    where TTotal : unmanaged
{
    /// <summary>Bytes of a register.</summary>
    static abstract int Size { get; }

    /// <summary>The bytes at an address of any alignment.</summary>
    static abstract TBits Load(byte* from);

    /// <summary>The lanes of latent vectors behind number <paramref name="row"/> of <paramref name="fields"/> in a register; zeros in the others.</summary>
    static abstract TBits After(TBits bits, int row, int fields);

    /// <summary>Registers of two vectors each, as a matrix, transposed.</summary>
    static abstract void Transpose(ref TBits r0, ref TBits r1);

    /// <summary>Registers of four vectors each, as a matrix, transposed.</summary>
    static abstract void Transpose(ref TBits r0, ref TBits r1, ref TBits r2, ref TBits r3);

    /// <summary>Registers of eight vectors each, as a matrix, transposed.</summary>
    static abstract void Transpose(
        ref TBits r0, ref TBits r1, ref TBits r2, ref TBits r3, ref TBits r4, ref TBits r5, ref TBits r6, ref TBits r7);

    /// <summary>Factors of <paramref name="fields"/> features, each in the lanes of its latent vector.</summary>
    static abstract TFloats Spread(float* factors, int fields);

    /// <summary>A number in every lane.</summary>
    static abstract TFloats Broadcast(float number);

    /// <summary>Lanes that are floats.</summary>
    static abstract TFloats Floats(TBits bits);

    /// <summary>Of lanes that are two bfloat16 numbers each, the first as a float.</summary>
    static abstract TFloats FirstBFloat16(TBits bits);

    /// <summary>Of lanes that are two bfloat16 numbers each, the second as a float.</summary>
    static abstract TFloats SecondBFloat16(TBits bits);

    /// <summary>Of lanes that are four signed bytes each, the sum of the four products, times 256: below 2²⁵ in magnitude and a multiple of 256, so exact.</summary>
    static abstract TFloats Products256(TBits a, TBits b);

    /// <summary>a + b.</summary>
    static abstract TFloats Add(TFloats a, TFloats b);

    /// <summary>a · b.</summary>
    static abstract TFloats Multiply(TFloats a, TFloats b);

    /// <summary>a · b + c, rounded once where the level is fused.</summary>
    static abstract TFloats MultiplyAdd(TFloats a, TFloats b, TFloats c);

    /// <summary>A total and the halves of a register.</summary>
    static abstract TTotal AddTo(TTotal total, TFloats floats);

    /// <summary>The sum of all lanes.</summary>
    static abstract double Sum(TTotal total);
}
