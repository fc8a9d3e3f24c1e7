namespace CtrRuntime.Trainer.Metrics;

/// <summary>
/// The exact area under the ROC curve: the probability that a positive example scores above a negative one, each drawn by
/// weight, equal scores counted half. Stores 8 bytes per example and sorts once, O(n log n).
/// </summary>
internal sealed class AreaUnderCurve
{
    private float[] _scores = new float[1024];

    /// <summary>Weight of the example, negative for a negative one.</summary>
    private float[] _signedWeights = new float[1024];
    private int _count;
    private bool _undefined;

    /// <summary>Adds an example; those of weight 0 change nothing.</summary>
    public void Add(float score, bool positive, float weight)
    {
        if (weight == 0) return;
        _undefined |= float.IsNaN(score);
        if (_count == _scores.Length)
        {
            Array.Resize(ref _scores, checked(_count * 2));
            Array.Resize(ref _signedWeights, _count * 2);
        }

        _scores[_count] = score;
        _signedWeights[_count] = positive ? weight : -weight;
        _count++;
    }

    /// <summary>The area; NaN unless there are positives and negatives, and when a score is NaN. Sorts what is stored.</summary>
    public double Value()
    {
        if (_undefined) return double.NaN;
        Array.Sort(_scores, _signedWeights, 0, _count);
        double positives = 0, negatives = 0, area = 0;
        for (int i = 0; i < _count;)
        {
            float score = _scores[i];
            double tiedPositives = 0, tiedNegatives = 0;
            for (; i < _count && _scores[i] == score; i++)
            {
                if (_signedWeights[i] > 0) tiedPositives += _signedWeights[i];
                else tiedNegatives -= _signedWeights[i];
            }

            area += tiedPositives * (negatives + (tiedNegatives / 2));
            positives += tiedPositives;
            negatives += tiedNegatives;
        }

        return positives > 0 && negatives > 0 ? area / (positives * negatives) : double.NaN;
    }
}
