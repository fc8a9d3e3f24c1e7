using CtrRuntime.Trainer.Synthetic;

namespace CtrRuntime.Trainer.Tests.Synthetic;

public sealed class StableRandomTests
{
    [Fact]
    public void A_seed_means_the_same_numbers_for_ever()
    {
        var random = new StableRandom(42, 3);
        // The same algorithm written in Python gave these.
        Assert.Equal(2310780259589285339UL, random.Next());
        Assert.Equal(17978261134899068163UL, random.Next());
        Assert.Equal(3165560000597186997UL, random.Next());
    }

    [Fact]
    public void Streams_differ()
    {
        var first = new StableRandom(42, 0);
        var second = new StableRandom(42, 1);
        Assert.DoesNotContain(Enumerable.Range(0, 100), _ => first.Next() == second.Next());
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        var random = new StableRandom(1, 0);
        const int Draws = 1_000_000;
        double mean = 0, square = 0, fourth = 0;
        for (int i = 0; i < Draws; i++)
        {
            double x = random.NextNormal();
            mean += x / Draws;
            square += x * x / Draws;
            fourth += x * x * x * x / Draws;
        }

        Assert.Equal(0, mean, .005);
        Assert.Equal(1, square, .005);
        Assert.Equal(3, fourth, .05);
    }
}
