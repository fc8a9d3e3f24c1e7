namespace CtrRuntime.Kernels;

/// <summary>
/// The latent sums of a field-aware context, and a candidate's pairs with them. For a partner in field g a context is the vector
/// T_g = [S_{f,g} for every field f of its span], S_{f,g} = Σ x v_{·,g} over its features in field f, zero where it has none: a feature j of field g
/// then adds x_j · &lt;v_j, T_g&gt;, one dot product along its slot. That is Σ over the context of x_i x_j &lt;v_{i,f_j}, v_{j,f_i}&gt;, pairs within a field
/// included.
/// <para>
/// Error in u = 2⁻²⁴: 1 for T, which is summed in double and rounded once; eleven products added up in each of four float sums, and 2 for
/// joining them; 2 for a factor, a value times a scale, and its product; then double. 1 + 11 + 2 + 2 = 16, which is the budget.
/// Cost: two loads and a fused multiply-add a register; ⌈span · size/64⌉ cache lines of a slot.
/// </para>
/// </summary>
internal abstract unsafe class FieldSums
{
    /// <summary>The pairs of a candidate's features with a context. What is read of them has been asked for.</summary>
    public abstract double Pairs(in WeightTable weights, in FieldSpan span, float* sums, in RowFeatures row);

    /// <summary>Writes T_g for every field g of the model.</summary>
    public abstract void Write(in WeightTable weights, in FieldSpan span, in FeatureList list, float* sums);
}
