using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// POLY2 (Chang et al., JMLR 2010): pairs = Σ_{i&lt;j} w[h(key_i, key_j)] x_i x_j over the known features of
/// the row, h being <see cref="PairHash"/>. A feature is not paired with itself; one that occurs twice is two features.
/// <para>
/// All sums in double. Pairs: for each i the sum over j &gt; i of w x_j in one accumulator, multiplied by x_i and added to the
/// total. Error: below (n + 4) · 2⁻⁵³ · Σ|w x x|, far inside the budget. Cost: n(n−1)/2 hashes and as many loads from
/// anywhere in the table. All levels share it, so all give the same bits.
/// </para>
/// </summary>
internal sealed unsafe class Poly2Kernel<TWeights> : Kernel
    where TWeights : struct, IWeights
{
    public override double Pairs(in WeightTable weights, in KernelRow row, in KernelRow next, FieldRow* scratch)
    {
        byte* table = weights.Pairs;
        int bits = weights.PairBits;
        double pairs = 0;
        for (int i = 0; i < row.Count; i++)
        {
            ulong key = row.Keys[row.Features[i].Position];
            double sum = 0;
            for (int j = i + 1; j < row.Count; j++)
            {
                nuint entry = PairHash.Entry(key, row.Keys[row.Features[j].Position], bits);
                sum += TWeights.Load<ScalarOps, double, double>(table + (entry * (nuint)TWeights.Size)) * row.Features[j].Value;
            }

            pairs += row.Features[i].Value * sum;
        }

        return TWeights.IsScaled ? weights.PairScale * pairs : pairs;
    }
}
