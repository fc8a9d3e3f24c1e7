using CtrRuntime.Trainer.Synthetic;

namespace CtrRuntime.Trainer.Tests.Synthetic;

public sealed class AliasTableTests
{
    [Fact]
    public void Draws_in_proportion()
    {
        double[] probabilities = [.5, 0, .3, .15, .05];
        var table = new AliasTable(probabilities);
        var random = new StableRandom(7, 0);
        var counts = new int[probabilities.Length];
        const int Draws = 1_000_000;
        for (int i = 0; i < Draws; i++) counts[table.Sample(random)]++;
        for (int i = 0; i < counts.Length; i++) Assert.Equal(probabilities[i], counts[i] / (double)Draws, .002);
        Assert.Equal(0, counts[1]);
    }
}
