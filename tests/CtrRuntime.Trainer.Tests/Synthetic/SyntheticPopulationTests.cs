using CtrRuntime.Trainer.Synthetic;

namespace CtrRuntime.Trainer.Tests.Synthetic;

public sealed class SyntheticPopulationTests
{
    private static readonly SyntheticOptions Small = new() { Fields = 12, MaximumValues = 500, CoreFields = 4, OtherPairs = 6, Seed = 5 };

    [Fact]
    public void Has_the_shape_that_was_asked_for()
    {
        var population = new SyntheticPopulation(new SyntheticOptions());
        Assert.Equal(39, population.ValueCounts.Length);
        Assert.Equal(10, population.ValueCounts.Min());
        Assert.Equal(10_000, population.ValueCounts.Max());
        Assert.Equal(9, population.CoreFields.Distinct().Count());
        var pairs = population.OtherPairs.Select(pair => (pair.First, pair.Second)).ToList();
        Assert.Equal(30, pairs.Distinct().Count());
        Assert.All(pairs, pair => Assert.True(pair.First < pair.Second));
        Assert.All(pairs, pair => Assert.False(population.CoreFields.Contains(pair.First) && population.CoreFields.Contains(pair.Second)));
    }

    [Fact]
    public void Each_group_carries_its_share_of_the_variance()
    {
        var population = new SyntheticPopulation(Small);
        Assert.Equal(2, population.LinearVariance(), 1e-9);
        Assert.Equal(1, population.CoreVariance(), 1e-9);
        Assert.Equal(1, population.OtherVariance(), 1e-9);
    }

    [Fact]
    public void The_sampled_logits_have_the_variance_and_the_base_rate()
    {
        var population = new SyntheticPopulation(Small);
        var random = new StableRandom(99, 17);
        var values = new int[Small.Fields];
        const int Rows = 400_000;
        double mean = 0, square = 0, rate = 0;
        for (int i = 0; i < Rows; i++)
        {
            double logit = population.Sample(random, values) - population.Intercept;
            mean += logit / Rows;
            square += logit * logit / Rows;
            rate += SyntheticPopulation.Sigmoid(logit + population.Intercept) / Rows;
        }

        Assert.Equal(0, mean, .02);
        Assert.Equal(4, square, .08);
        Assert.Equal(.2, rate, .002);
    }

    [Fact]
    public void Values_come_as_often_as_Zipf_says()
    {
        var population = new SyntheticPopulation(Small);
        int field = Array.IndexOf(population.ValueCounts, population.ValueCounts.Min());
        int count = population.ValueCounts[field];
        double sum = Enumerable.Range(1, count).Sum(i => Math.Pow(i, -1.1));
        var random = new StableRandom(3, 3);
        var values = new int[Small.Fields];
        var seen = new int[count];
        const int Rows = 200_000;
        for (int i = 0; i < Rows; i++)
        {
            population.Sample(random, values);
            seen[values[field]]++;
        }

        for (int value = 0; value < count; value++)
            Assert.Equal(Math.Pow(value + 1, -1.1) / sum, seen[value] / (double)Rows, .005);
    }

    [Fact]
    public void Without_pairs_the_logit_is_linear()
    {
        var population = new SyntheticPopulation(Small with { LinearShare = 1, CoreShare = 0, CoreFields = 0, OtherPairs = 0 });
        Assert.Equal(4, population.LinearVariance(), 1e-9);
        Assert.Equal(0, population.CoreVariance());
        Assert.Empty(population.OtherPairs);
    }

    [Theory]
    [InlineData(0, 9, 30, .2)]
    [InlineData(10, 11, 3, .2)]
    [InlineData(10, 9, 30, .2)]
    [InlineData(39, 9, 30, 0)]
    [InlineData(39, 1, 30, .2)]
    public void Refuses_what_cannot_be(int fields, int coreFields, int otherPairs, double baseRate)
    {
        var options = new SyntheticOptions { Fields = fields, CoreFields = coreFields, OtherPairs = otherPairs, BaseRate = baseRate };
        Assert.Equal(CtrStatus.InvalidArgument, Assert.Throws<CtrException>(() => new SyntheticPopulation(options)).Status);
    }
}
