using CtrRuntime.Kernels;

namespace CtrRuntime.Tests.Kernels;

/// <summary>A row's pair sum in double, and the sum of magnitudes that the error budget is measured by.</summary>
internal readonly record struct ReferencePairs(double Sum, double Magnitude);

/// <summary>
/// The scalar double-precision reference: the formulas of the five kinds as a textbook prints them, all pairs i &lt; j of the
/// row, with nothing in common with the kernels but the weight table. Pair products are those of single coordinates.
/// </summary>
internal static unsafe class ReferenceModel
{
    public static ReferencePairs Pairs(string kind, in WeightTable weights, ReadOnlySpan<TestFeature> features, ReadOnlySpan<ulong> keys)
    {
        double sum = 0, magnitude = 0;
        for (int i = 0; i < features.Length; i++)
        {
            for (int j = i + 1; j < features.Length && kind != "lr"; j++)
            {
                double x = (double)features[i].Value * features[j].Value;
                if (kind == "poly2")
                {
                    nuint entry = PairHash.Entry(keys[(int)features[i].Position], keys[(int)features[j].Position], weights.PairBits);
                    double product = Weight(weights.Pairs, (long)entry, weights.Type, weights.PairScale) * x;
                    sum += product;
                    magnitude += Math.Abs(product);
                    continue;
                }

                bool byField = kind == "ffm";
                long a = byField ? features[j].Field * weights.Latent : 0, b = byField ? features[i].Field * weights.Latent : 0;
                for (int l = 0; l < weights.Latent; l++)
                {
                    double product = Latent(weights, features[i].Slot, a + l) * Latent(weights, features[j].Slot, b + l) * x;
                    sum += product;
                    magnitude += Math.Abs(product);
                }
            }
        }

        return new(sum, magnitude);
    }

    private static double Latent(in WeightTable weights, uint slot, long element)
    {
        byte* row = weights.Row(slot);
        return Weight(row, element, weights.Type, weights.Type == WeightType.Int8 ? *(float*)(row + weights.ScaleOffset) : 1);
    }

    private static double Weight(byte* weights, long element, WeightType type, float scale) => type switch
    {
        WeightType.Float32 => ((float*)weights)[element],
        WeightType.BFloat16 => BitConverter.Int32BitsToSingle(((ushort*)weights)[element] << 16),
        _ => (double)((sbyte*)weights)[element] * scale,
    };
}
