namespace CtrRuntime.Kernels;

/// <summary>
/// The pairs of a field-aware model for rows with at most one feature a field, in blocks of N fields whose latent vectors fill a register. The features of one
/// block of fields look at the N vectors for the fields of another block, which stand side by side. For Σ &lt;v_{f,g}, v_{g,f}&gt; one side must be transposed,
/// vector by vector, which N registers can do among themselves: N · N pairs for 2 N loads. Missing fields and unknown features are slots of zeros,
/// so that there is one form. Blocks go column by column: block b with those before it, so that a row's slots are needed one after the other.
/// <para>
/// Error, in units of u = 2⁻²⁴ of the magnitudes: each kind of products (<see cref="Blocks.IProducts"/>) says how often a float sum may be added to; joining the
/// sums of up to eight registers rounds three times; everything longer is added up in double. At most 15, and the budget is 16.
/// </para>
/// </summary>
internal abstract unsafe class FieldBlocks
{
    /// <summary>What the arrays of <see cref="Pairs"/> are padded to.</summary>
    public const int Fields = 8;

    /// <summary>Whether slots of <paramref name="stride"/> bytes can be read in whole blocks of so many fields from the first, of so many bytes a latent vector.</summary>
    public abstract bool Fits(int first, int fields, int vector, nuint stride);

    /// <summary>Σ_{f&lt;g} &lt;v_{f,g}, v_{g,f}&gt; x_f x_g.</summary>
    /// <param name="slots">A slot for each field, then some of zeros up to a multiple of <see cref="Fields"/>.</param>
    /// <param name="factors">The factor x of each field, likewise padded with 0; null: all 1, but not for weights that have scales.</param>
    /// <param name="fields">Number of fields.</param>
    public abstract double Pairs(byte** slots, float* factors, int fields);
}
