namespace CtrRuntime.Trainer.Metrics;

/// <summary>
/// Expected calibration error (Guo et al. 2017): the probabilities are put into 15 bins of equal width, and the distance between
/// the mean probability and the rate of positives of each bin is averaged by the bins' weights.
/// </summary>
internal sealed class CalibrationError
{
    /// <summary>Bins of [0, 1].</summary>
    public const int Bins = 15;

    private readonly double[] _predicted = new double[Bins];
    private readonly double[] _observed = new double[Bins];
    private double _weights;

    /// <summary>Adds an example.</summary>
    public void Add(float probability, bool positive, float weight)
    {
        int bin = Math.Clamp((int)(probability * Bins), 0, Bins - 1);
        _predicted[bin] += (double)weight * probability;
        if (positive) _observed[bin] += weight;
        _weights += weight;
    }

    /// <summary>The error of the examples so far; NaN when there are none.</summary>
    public double Value
    {
        get
        {
            double sum = 0;
            for (int bin = 0; bin < Bins; bin++) sum += Math.Abs(_predicted[bin] - _observed[bin]);
            return sum / _weights;
        }
    }
}
