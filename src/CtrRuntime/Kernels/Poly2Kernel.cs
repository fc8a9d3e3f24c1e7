namespace CtrRuntime.Kernels;

/// <summary>
/// POLY2 (Chang et al., JMLR 2010): logit = b + Σ w_i x_i + Σ_{i&lt;j} w[h(key_i, key_j)] x_i x_j over the known features of
/// the row, h being <see cref="PairHash"/>. A feature is not paired with itself; one that occurs twice is two features.
/// <para>
/// All sums in double. Pairs: for each i the sum over j &gt; i of w x_j in one accumulator, multiplied by x_i and added to the
/// total. Error: below (n + 4) · 2⁻⁵³ · Σ|w x x|, far inside the budget. Cost: n(n−1)/2 hashes and as many loads from
/// anywhere in the table. All levels share it, so all give the same bits.
/// </para>
/// </summary>
internal sealed unsafe class Poly2Kernel : Kernel
{
    public override RowTerms Evaluate(in WeightTable weights, Feature* features, int count, ulong* keys)
    {
        float* table = weights.Pairs;
        int bits = weights.PairBits;
        double pairs = 0;
        for (int i = 0; i < count; i++)
        {
            ulong key = keys[features[i].Position];
            double sum = 0;
            for (int j = i + 1; j < count; j++)
                sum += (double)table[PairHash.Entry(key, keys[features[j].Position], bits)] * features[j].Value;
            pairs += features[i].Value * sum;
        }

        return new(LinearSum.Of(weights, features, count), pairs);
    }
}
