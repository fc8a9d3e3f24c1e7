namespace CtrRuntime.Trainer.Metrics;

/// <summary>
/// Metrics of probabilities against clicks, weighted, in double precision. The logloss clips probabilities to
/// [1e-7, 1 − 1e-7]: one certain and wrong float must not make the mean infinite.
/// </summary>
internal sealed class ClickEvaluation : Evaluation
{
    /// <summary>The least probability that the logloss gives to anything.</summary>
    public const double Clip = 1e-7;

    private readonly AreaUnderCurve _areaUnderCurve = new();
    private readonly CalibrationError _calibrationError = new();
    private long _rows;
    private double _weights, _positives, _loss;

    /// <summary>−ln of the probability that <paramref name="probability"/> gives to what happened, clipped.</summary>
    public static double Loss(double probability, bool positive) =>
        -Math.Log(Math.Clamp(positive ? probability : 1 - probability, Clip, 1 - Clip));

    /// <summary>−π ln π − (1 − π) ln(1 − π): the logloss of the constant <paramref name="rate"/> where it is the base rate.</summary>
    public static double Entropy(double rate) => rate is > 0 and < 1 ? -(rate * Math.Log(rate)) - ((1 - rate) * Math.Log(1 - rate)) : 0;

    /// <inheritdoc/>
    public override void Add(float score, float label, float weight = 1)
    {
        bool positive = label > 0;
        _rows++;
        _weights += weight;
        if (positive) _positives += weight;
        _loss += weight * Loss(score, positive);
        _areaUnderCurve.Add(score, positive, weight);
        _calibrationError.Add(score, positive, weight);
    }

    /// <inheritdoc/>
    public override MetricValues Result()
    {
        double logloss = _loss / _weights;
        double baseRate = _positives / _weights;
        double entropy = Entropy(baseRate);
        return new(
            new(MetricNames.Rows, _rows),
            new(MetricNames.Weight, _weights),
            new(MetricNames.Positives, _positives),
            new(MetricNames.BaseRate, baseRate),
            new(MetricNames.Logloss, logloss),
            new(MetricNames.Auc, _areaUnderCurve.Value()),
            new(MetricNames.NormalizedEntropy, entropy > 0 ? logloss / entropy : double.NaN),
            new(MetricNames.Ece, _calibrationError.Value));
    }
}
