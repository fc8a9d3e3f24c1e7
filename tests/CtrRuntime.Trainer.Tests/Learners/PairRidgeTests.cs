using CtrRuntime.Trainer.Learners;

namespace CtrRuntime.Trainer.Tests.Learners;

/// <summary>The rules that scale ridge and initial weights with the number of pairs.</summary>
public sealed class PairRidgeTests
{
    [Theory]
    [InlineData(1, 8)]
    [InlineData(78, 4)]
    [InlineData(741, 4)]
    public void The_pair_sum_has_the_prior_variance_that_was_asked_for(double pairs, int latent)
    {
        double ridge = PairRidge.OfLatent(pairs, latent, 4);
        Assert.Equal(4, pairs * latent / (ridge * ridge), 9);
        Assert.Equal(0.5, pairs / PairRidge.OfWeights(pairs, 0.5), 9);
    }

    [Fact]
    public void Initial_weights_shrink_with_the_number_of_pairs()
    {
        // What was found by hand: about .03 for 39 fields, .06 for ten.
        Assert.Equal(0.03, LatentStart.Deviation(741, 4), 0.002);
        Assert.Equal(0.06, LatentStart.Deviation(45, 4), 0.002);
    }

    [Fact]
    public void Rows_of_one_feature_have_finite_rules()
    {
        Assert.True(double.IsFinite(LatentStart.Deviation(0, 4)));
        Assert.True(PairRidge.OfLatent(0, 4, 1) > 0);
        Assert.True(PairRidge.OfWeights(0, 1) > 0);
    }
}
