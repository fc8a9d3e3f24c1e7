namespace CtrRuntime.Trainer.Metrics;

/// <summary>Metrics of predicted ratings, weighted, in double precision.</summary>
internal sealed class RatingEvaluation : Evaluation
{
    private long _rows;
    private double _weights, _labels, _squared, _absolute;

    /// <inheritdoc/>
    public override void Add(float score, float label, float weight = 1)
    {
        double error = (double)score - label;
        _rows++;
        _weights += weight;
        _labels += (double)weight * label;
        _squared += weight * error * error;
        _absolute += weight * Math.Abs(error);
    }

    /// <inheritdoc/>
    public override MetricValues Result() => new(
        new(MetricNames.Rows, _rows),
        new(MetricNames.Weight, _weights),
        new(MetricNames.MeanLabel, _labels / _weights),
        new(MetricNames.Rmse, Math.Sqrt(_squared / _weights)),
        new(MetricNames.Mae, _absolute / _weights));
}
