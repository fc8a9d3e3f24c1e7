using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// Factorization machine (Rendle, ICDM 2010): logit = b + Σ w_i x_i + Σ_{i&lt;j} &lt;v_i, v_j&gt; x_i x_j. Matrix factorization is
/// the same with two features a row: b + b_u + b_i + &lt;p_u, q_i&gt;.
/// <para>
/// A slot holds one latent vector of kA floats. For each register width of it, all features are added up by
/// <see cref="LatentSums{TOps, TVector, TWide}.Pairs"/>: float inside blocks of 7 features, double between them, in the order
/// of the row; then the lanes in double, halves on halves. Error: 14u · Σ|x_i v_il x_j v_jl| at most (u = 2⁻²⁴; the budget is 16u).
/// Cost: O(n kA); ⌈kA/16⌉ cache lines a feature and the linear weight's.
/// A row whose float products overflow is computed again in double.
/// </para>
/// </summary>
internal sealed unsafe class FmKernel<TOps, TVector, TWide> : Kernel
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
{
    public override RowTerms Evaluate(in WeightTable weights, Feature* features, int count, ulong* keys)
    {
        double pairs = Pairs(weights, features, count);
        if (!double.IsFinite(pairs)) pairs = FmKernel<ScalarOps, double, double>.Pairs(weights, features, count);
        return new(LinearSum.Of(weights, features, count), pairs);
    }

    /// <summary>The pair sum of a row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static double Pairs(in WeightTable weights, Feature* features, int count)
    {
        byte* slots = weights.Slots;
        nuint stride = weights.Stride;
        nuint end = (nuint)weights.Latent * sizeof(float);
        TWide total = default;
        for (nuint chunk = 0; chunk < end; chunk += (nuint)TOps.Width * sizeof(float))
            total = TOps.WideAdd(total, LatentSums<TOps, TVector, TWide>.Pairs(slots, stride, features, count, chunk));
        return TOps.Sum(total);
    }
}
