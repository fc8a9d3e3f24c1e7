namespace CtrRuntime.Trainer.Metrics;

/// <summary>
/// The exact area under the ROC curve: the probability that a positive example scores above a negative one, each drawn by
/// weight, equal scores counted half. Stores 8 bytes per example and sorts once, O(n log n).
/// </summary>
internal sealed class AreaUnderCurve
{
    private float[] scores = new float[1024];

    /// <summary>Weight of the example, negative for a negative one.</summary>
    private float[] signedWeights = new float[1024];
    private int count;
    private bool undefined;

    /// <summary>Adds an example; those of weight 0 change nothing.</summary>
    public void Add(float score, bool positive, float weight)
    {
        if (weight == 0) return;
        undefined |= float.IsNaN(score);
        if (count == scores.Length)
        {
            Array.Resize(ref scores, checked(count * 2));
            Array.Resize(ref signedWeights, count * 2);
        }

        scores[count] = score;
        signedWeights[count] = positive ? weight : -weight;
        count++;
    }

    /// <summary>The area; NaN unless there are positives and negatives, and when a score is NaN. Sorts what is stored.</summary>
    public double Value()
    {
        if (undefined) return double.NaN;
        Array.Sort(scores, signedWeights, 0, count);
        double positives = 0, negatives = 0, area = 0;
        for (int i = 0; i < count;)
        {
            float score = scores[i];
            double tiedPositives = 0, tiedNegatives = 0;
            for (; i < count && scores[i] == score; i++)
            {
                if (signedWeights[i] > 0) tiedPositives += signedWeights[i];
                else tiedNegatives -= signedWeights[i];
            }

            area += tiedPositives * (negatives + (tiedNegatives / 2));
            positives += tiedPositives;
            negatives += tiedNegatives;
        }

        return positives > 0 && negatives > 0 ? area / (positives * negatives) : double.NaN;
    }
}
