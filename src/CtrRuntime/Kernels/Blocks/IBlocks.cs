namespace CtrRuntime.Kernels.Blocks;

/// <summary>One way of taking the pairs of a row block by block, for one register, number of vectors in it, and kind of products.</summary>
internal unsafe interface IBlocks
{
    /// <summary>Fields whose latent vectors are read at once.</summary>
    static abstract int Fields { get; }

    /// <summary>See <see cref="FieldBlocks.Pairs"/>.</summary>
    static abstract double Pairs(byte** slots, float* factors, int fields);
}
