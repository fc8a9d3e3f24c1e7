namespace CtrRuntime.Kernels;

/// <summary>
/// The latent sums of a field-aware context, and a candidate's pairs with them. For a partner in field g a context is the vector
/// T_g = [S_{f,g} for every field f of its span], S_{f,g} = Σ x v_{·,g} over its features in field f, zero where it has none: a feature j of field g
/// then adds x_j · &lt;v_j, T_g&gt;, one dot product along its slot. That is Σ over the context of x_i x_j &lt;v_{i,f_j}, v_{j,f_i}&gt;, pairs within a field
/// included.
/// <para>
/// Error in u = 2⁻²⁴: 1 for T, which is summed in double and rounded once; eight products added up in a float sum; 1 for a value multiplied by a
/// scale; five such sums, or what they are with that factor, added up in another float sum; then double. 1 + 8 + 1 + 5 = 15, and the budget is 16.
/// Cost: five loads and four fused multiply-adds a register of four candidates; ⌈span · size/64⌉ cache lines of a slot.
/// </para>
/// </summary>
internal abstract unsafe class FieldSums
{
    /// <summary>Candidates that are computed at once: T is read once for all of them.</summary>
    public const int Rows = 4;

    /// <summary>The pairs of some candidates with a context. A float sum that overflows is not finite.</summary>
    /// <param name="weights">Where the model's numbers are.</param>
    /// <param name="span">The fields of the context.</param>
    /// <param name="sums">T.</param>
    /// <param name="row">The first candidate. The others stand behind it and have the same fields.</param>
    /// <param name="rows">Number of candidates, from 1 to <see cref="Rows"/>.</param>
    /// <param name="pairs">Room for <see cref="Rows"/> sums; those behind the last candidate mean nothing.</param>
    public abstract void Pairs(in WeightTable weights, in FieldSpan span, float* sums, in RowFeatures row, int rows, double* pairs);

    /// <summary>Writes T_g for every field g of the model.</summary>
    public abstract void Write(in WeightTable weights, in FieldSpan span, in FeatureList list, float* sums);
}
