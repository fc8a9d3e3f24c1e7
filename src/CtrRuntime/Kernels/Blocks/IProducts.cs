namespace CtrRuntime.Kernels.Blocks;

/// <summary>How two registers of stored latent elements are multiplied: for one type of weights, with factors or without.</summary>
internal interface IProducts
{
    /// <summary>Bytes of an element.</summary>
    static abstract int Size { get; }

    /// <summary>Whether one side has factors: the values of its features, times their scales if they have some.</summary>
    static abstract bool HasFactors { get; }

    /// <summary>What the sums are to be multiplied by.</summary>
    static abstract double Unit { get; }

    /// <summary>How often a sum may be added to before it goes on in double: what the budget of 16u leaves for these roundings. See <see cref="FieldBlocks"/>.</summary>
    static abstract int Blocks { get; }

    /// <summary>The products of two registers, times factors if there are some, added to a sum.</summary>
    static abstract TFloats Add<TRegister, TBits, TFloats, TTotal>(TBits a, TBits b, TFloats factors, TFloats sum)
        where TRegister : struct, IRegister<TBits, TFloats, TTotal>
        where TBits : unmanaged
        where TFloats : unmanaged
        where TTotal : unmanaged;
}
