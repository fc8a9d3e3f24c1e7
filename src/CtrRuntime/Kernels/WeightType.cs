namespace CtrRuntime.Kernels;

#pragma warning disable CA1720 // The members are types of numbers: no other names would say it as well.

/// <summary>How latent and pair weights are stored; bias and linear weights are always single precision. The numbers are those of the model file.</summary>
public enum WeightType
{
    /// <summary>IEEE single precision.</summary>
    Float32 = 1,

    /// <summary>The upper half of a single: 8 bits of exponent, 7 of fraction.</summary>
    BFloat16 = 2,

    /// <summary>A signed byte times a scale: one for each slot's latent vectors, one for the pair table.</summary>
    Int8 = 3,
}
