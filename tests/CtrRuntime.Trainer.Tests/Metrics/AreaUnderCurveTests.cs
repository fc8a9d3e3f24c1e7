using CsCheck;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Trainer.Tests.Metrics;

public sealed class AreaUnderCurveTests
{
    /// <summary>Few distinct scores, so that ties are common; weights with zeros among them.</summary>
    private static readonly Gen<(float Score, bool Positive, float Weight)[]> Examples =
        Gen.Select(Gen.Int[0, 12].Select(i => i / 12f), Gen.Bool, Gen.Int[0, 5].Select(i => i / 2f)).Array[0, 60];

    [Fact]
    public void Equals_the_count_of_all_pairs() => Examples.Sample(
        examples =>
        {
            double expected = CountPairs(examples);
            double actual = Area(examples);
            return double.IsNaN(expected) ? double.IsNaN(actual) : Math.Abs(expected - actual) < 1e-12;
        },
        seed: "0000KoV9B1b2",
        iter: 2000);

    [Fact]
    public void A_weight_equals_repetition() => Examples.Sample(
        examples =>
        {
            var repeated = examples.SelectMany(e => Enumerable.Repeat((e.Score, e.Positive, 1f), (int)(e.Weight * 2)));
            double weighted = Area(examples), unweighted = Area(repeated);
            return double.IsNaN(weighted) ? double.IsNaN(unweighted) : Math.Abs(weighted - unweighted) < 1e-12;
        },
        seed: "0000KoV9B1b2",
        iter: 500);

    [Fact]
    public void Is_one_half_when_all_scores_are_equal() =>
        Assert.Equal(.5, Area([(.3f, true, 1), (.3f, false, 7), (.3f, true, 2)]), 15);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Is_not_a_number_for_one_class(bool positive) =>
        Assert.True(double.IsNaN(Area([(.1f, positive, 1), (.9f, positive, 1)])));

    [Fact]
    public void Is_not_a_number_when_a_score_is_not() =>
        Assert.True(double.IsNaN(Area([(.1f, true, 1), (float.NaN, false, 1)])));

    [Fact]
    public void Can_be_asked_again_after_more_examples()
    {
        var area = new AreaUnderCurve();
        area.Add(.8f, true, 1);
        area.Add(.2f, false, 1);
        Assert.Equal(1, area.Value());
        area.Add(.9f, false, 1);
        Assert.Equal(.5, area.Value());
    }

    private static double Area(IEnumerable<(float Score, bool Positive, float Weight)> examples)
    {
        var area = new AreaUnderCurve();
        foreach (var (score, positive, weight) in examples) area.Add(score, positive, weight);
        return area.Value();
    }

    private static double CountPairs((float Score, bool Positive, float Weight)[] examples)
    {
        double won = 0, all = 0;
        foreach (var positive in examples.Where(e => e.Positive))
        {
            foreach (var negative in examples.Where(e => !e.Positive))
            {
                double weight = (double)positive.Weight * negative.Weight;
                all += weight;
                won += weight * (positive.Score > negative.Score ? 1 : positive.Score == negative.Score ? .5 : 0);
            }
        }

        return won / all;
    }
}
