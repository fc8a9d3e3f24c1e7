using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// Factorization machine (Rendle, ICDM 2010): pairs = Σ_{i&lt;j} &lt;v_i, v_j&gt; x_i x_j. Matrix factorization is
/// the same with two features a row: &lt;p_u, q_i&gt;.
/// <para>
/// A slot holds one latent vector of kA weights. For each register width of it, all features are added up by
/// <see cref="LatentSums{TOps, TVector, TWide, TWeights}.Pairs"/>: float inside blocks of 7 features, double between them, in the order
/// of the row; then the lanes in double, halves on halves. Error: 14u · Σ|x_i v_il x_j v_jl| at most (u = 2⁻²⁴; the budget is 16u).
/// Cost: O(n kA); ⌈kA · size/64⌉ cache lines a feature.
/// A row whose float products overflow is computed again in double.
/// </para>
/// </summary>
internal sealed unsafe class FmKernel<TOps, TVector, TWide, TWeights> : Kernel
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where TWeights : struct, IWeights
{
    public override double Pairs(in WeightTable weights, in KernelRow row, in KernelRow next, FieldRow* scratch)
    {
        if (TWeights.IsScaled) SlotScale.Apply(weights, row);
        LineFetch.AskForSlots(weights, next);
        double pairs = Pairs(weights, row);
        return double.IsFinite(pairs) ? pairs : FmKernel<ScalarOps, double, double, TWeights>.Pairs(weights, row);
    }

    /// <summary>The pair sum of a row whose values have been scaled.</summary>
    private static double Pairs(in WeightTable weights, in KernelRow row)
    {
        nuint end = (nuint)(weights.Latent * TWeights.Size), register = (nuint)(TOps.Width * TWeights.Size);
        TWide total = default;
        for (nuint chunk = 0; chunk < end; chunk += register)
            total = TOps.WideAdd(total, LatentSums<TOps, TVector, TWide, TWeights>.Pairs(row.Features, row.Count, chunk));
        return TOps.Sum(total);
    }
}
