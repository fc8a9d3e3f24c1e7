namespace CtrRuntime.Kernels.Vectors;

/// <summary>Moves halves of vectors about.</summary>
internal interface IVectorHalves<TVector>
    where TVector : unmanaged
{
    /// <summary>The lower half of <paramref name="a"/>, then that of <paramref name="b"/>.</summary>
    static abstract TVector JoinLower(TVector a, TVector b);

    /// <summary>The upper half of <paramref name="a"/>, then that of <paramref name="b"/>.</summary>
    static abstract TVector JoinUpper(TVector a, TVector b);

    /// <summary><paramref name="a"/> with zeros in its lower half.</summary>
    static abstract TVector UpperOnly(TVector a);
}
