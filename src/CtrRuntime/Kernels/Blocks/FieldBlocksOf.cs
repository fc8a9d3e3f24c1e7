namespace CtrRuntime.Kernels.Blocks;

/// <summary>Blocks for rows without factors and for rows with factors.</summary>
internal sealed unsafe class FieldBlocksOf<TOnes, TFactors> : FieldBlocks
    where TOnes : struct, IBlocks
    where TFactors : struct, IBlocks
{
    public override bool Fits(int first, int fields, int vector, nuint stride)
    {
        int padded = (fields + TOnes.Fields - 1) / TOnes.Fields * TOnes.Fields;
        return (nuint)((first + padded) * vector) <= stride;
    }

    public override double Pairs(byte** slots, float* factors, int fields) =>
        factors == null ? TOnes.Pairs(slots, factors, fields) : TFactors.Pairs(slots, factors, fields);
}
