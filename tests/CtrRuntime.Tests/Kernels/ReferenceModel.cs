using CtrRuntime.Kernels;

namespace CtrRuntime.Tests.Kernels;

/// <summary>A row's sums in double, and the magnitudes that the error budget is measured by.</summary>
internal readonly record struct ReferenceTerms(double Linear, double Pairs, double LinearMagnitude, double PairMagnitude);

/// <summary>
/// The scalar double-precision reference: the formulas of the five kinds as a textbook prints them, all pairs i &lt; j of the
/// row, with nothing in common with the kernels but the weight table. Pair products are those of single coordinates.
/// </summary>
internal static unsafe class ReferenceModel
{
    public static ReferenceTerms Evaluate(string kind, in WeightTable weights, ReadOnlySpan<Feature> features, ReadOnlySpan<ulong> keys)
    {
        double linear = 0, linearMagnitude = 0, pairs = 0, pairMagnitude = 0;
        for (int i = 0; i < features.Length; i++)
        {
            double term = (double)weights.LinearWeight(features[i].Slot) * features[i].Value;
            linear += term;
            linearMagnitude += Math.Abs(term);
            for (int j = i + 1; j < features.Length && kind != "lr"; j++)
            {
                double x = (double)features[i].Value * features[j].Value;
                if (kind == "poly2")
                {
                    double product = weights.Pairs[PairHash.Entry(
                        keys[(int)features[i].Position], keys[(int)features[j].Position], weights.PairBits)] * x;
                    pairs += product;
                    pairMagnitude += Math.Abs(product);
                    continue;
                }

                bool byField = kind == "ffm";
                float* a = weights.Row(features[i].Slot) + (byField ? features[j].Field * weights.Latent : 0);
                float* b = weights.Row(features[j].Slot) + (byField ? features[i].Field * weights.Latent : 0);
                for (int l = 0; l < weights.Latent; l++)
                {
                    double product = (double)a[l] * b[l] * x;
                    pairs += product;
                    pairMagnitude += Math.Abs(product);
                }
            }
        }

        return new(linear, pairs, linearMagnitude, pairMagnitude);
    }
}
