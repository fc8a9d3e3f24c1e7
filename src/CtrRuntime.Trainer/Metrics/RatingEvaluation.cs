namespace CtrRuntime.Trainer.Metrics;

/// <summary>Metrics of predicted ratings, weighted, in double precision.</summary>
internal sealed class RatingEvaluation : Evaluation
{
    private long rows;
    private double weights, labels, squared, absolute;

    /// <inheritdoc/>
    public override void Add(float score, float label, float weight = 1)
    {
        double error = (double)score - label;
        rows++;
        weights += weight;
        labels += (double)weight * label;
        squared += weight * error * error;
        absolute += weight * Math.Abs(error);
    }

    /// <inheritdoc/>
    public override MetricValues Result() => new(
        new(MetricNames.Rows, rows),
        new(MetricNames.Weight, weights),
        new(MetricNames.MeanLabel, labels / weights),
        new(MetricNames.Rmse, Math.Sqrt(squared / weights)),
        new(MetricNames.Mae, absolute / weights));
}
