using CsCheck;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Trainer.Tests.Metrics;

public sealed class EvaluationTests
{
    private static readonly Gen<(float Score, float Label, float Weight)[]> Examples =
        Gen.Select(Gen.Float[0, 1], Gen.Bool.Select(b => b ? 1f : 0f), Gen.Float[.1f, 3]).Array[1, 80];

    private static readonly Gen<(float Score, float Label, float Weight)[]> Ratings =
        Gen.Select(Gen.Float[-5, 5], Gen.Float[1, 5], Gen.Float[.1f, 3]).Array[1, 50];

    [Fact]
    public void Click_metrics_equal_their_definitions() => Examples.Sample(
        examples =>
        {
            var actual = Evaluate(Link.Sigmoid, examples);
            double weight = examples.Sum(e => (double)e.Weight);
            double rate = examples.Sum(e => (double)e.Weight * e.Label) / weight;
            double logloss = examples.Sum(e => e.Weight * -Math.Log(Math.Clamp(e.Label > 0 ? e.Score : 1.0 - e.Score, 1e-7, 1 - 1e-7))) / weight;
            double ece = examples.GroupBy(e => Math.Min(14, (int)(e.Score * 15)))
                .Sum(bin => Math.Abs(bin.Sum(e => (double)e.Weight * e.Score) - bin.Sum(e => (double)e.Weight * e.Label))) / weight;
            double entropy = -(rate * Math.Log(rate)) - ((1 - rate) * Math.Log(1 - rate));
            return actual[MetricNames.Rows] == examples.Length
                && Close(actual[MetricNames.Weight], weight)
                && Close(actual[MetricNames.BaseRate], rate)
                && Close(actual[MetricNames.Positives], rate * weight)
                && Close(actual[MetricNames.Logloss], logloss)
                && Close(actual[MetricNames.Ece], ece)
                && (rate is 0 or 1 ? double.IsNaN(actual[MetricNames.NormalizedEntropy])
                    : Close(actual[MetricNames.NormalizedEntropy], logloss / entropy));
        },
        seed: "0000KoV9B1b2",
        iter: 1000);

    [Fact]
    public void Rating_metrics_equal_their_definitions() => Ratings.Sample(
        examples =>
        {
            var actual = Evaluate(Link.Identity, examples);
            double weight = examples.Sum(e => (double)e.Weight);
            double squared = examples.Sum(e => e.Weight * Math.Pow((double)e.Score - e.Label, 2)) / weight;
            double absolute = examples.Sum(e => e.Weight * Math.Abs((double)e.Score - e.Label)) / weight;
            return Close(actual[MetricNames.Rmse], Math.Sqrt(squared)) && Close(actual[MetricNames.Mae], absolute)
                && Close(actual[MetricNames.MeanLabel], examples.Sum(e => (double)e.Weight * e.Label) / weight);
        },
        seed: "0000KoV9B1b2",
        iter: 500);

    [Fact]
    public void The_base_rate_has_a_normalized_entropy_of_one()
    {
        var values = Evaluate(Link.Sigmoid, [(.25f, 1, 1), (.25f, 0, 1), (.25f, 0, 2)]);
        Assert.Equal(1, values[MetricNames.NormalizedEntropy], 12);
        Assert.Equal(.5, values[MetricNames.Auc], 12);
        Assert.Equal(0, values[MetricNames.Ece], 12);
    }

    [Fact]
    public void One_class_has_a_logloss_and_no_auc()
    {
        var values = Evaluate(Link.Sigmoid, [(.25f, 0, 1), (.5f, 0, 1)]);
        Assert.Equal((-Math.Log(.75) - Math.Log(.5)) / 2, values[MetricNames.Logloss], 12);
        Assert.Equal("n/a", MetricValues.Format(MetricNames.Auc, values[MetricNames.Auc]));
        Assert.Equal("n/a", MetricValues.Format(MetricNames.NormalizedEntropy, values[MetricNames.NormalizedEntropy]));
    }

    [Fact]
    public void A_certain_mistake_costs_the_clip() =>
        Assert.Equal(-Math.Log(1e-7), Evaluate(Link.Sigmoid, [(0, 1, 1)])[MetricNames.Logloss], 9);

    [Fact]
    public void A_label_of_minus_one_is_a_negative() =>
        Assert.Equal(1, Evaluate(Link.Sigmoid, [(.1f, -1, 1), (.9f, 1, 1)])[MetricNames.Positives]);

    private static MetricValues Evaluate(Link link, IEnumerable<(float Score, float Label, float Weight)> examples)
    {
        var evaluation = Evaluation.For(link);
        foreach (var (score, label, weight) in examples) evaluation.Add(score, label, weight);
        return evaluation.Result();
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-9 * Math.Max(1, Math.Abs(b));
}
