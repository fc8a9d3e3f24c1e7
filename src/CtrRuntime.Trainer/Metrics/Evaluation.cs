using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Metrics;

/// <summary>Accumulates scored examples, one at a time, and answers the metrics of all of them.</summary>
internal abstract class Evaluation
{
    /// <summary>The evaluation that fits a link: of probabilities, or of ratings when the link is the identity.</summary>
    public static Evaluation For(Link link) => link == Link.Identity ? new RatingEvaluation() : new ClickEvaluation();

    /// <summary>The metric of a link's evaluation that says how far the scores are off.</summary>
    public static string LossOf(Link link) => link == Link.Identity ? MetricNames.Rmse : MetricNames.Logloss;

    /// <summary>Adds an example.</summary>
    /// <param name="score">What the model answered, after the link.</param>
    /// <param name="label">What happened: positive if above 0 for clicks, a number for ratings.</param>
    /// <param name="weight">How many such examples this one stands for.</param>
    public abstract void Add(float score, float label, float weight = 1);

    /// <summary>The metrics of the examples so far.</summary>
    public abstract MetricValues Result();
}
