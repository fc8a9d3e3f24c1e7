using CsCheck;
using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Tests.Data;

/// <summary>Where numeric columns are cut.</summary>
public sealed class QuantilesTests
{
    [Fact]
    public void Different_values_are_cut_into_equal_shares() =>
        Assert.Equal([25.5, 50.5, 75.5], Quantiles.Edges([.. Enumerable.Range(1, 100).Select(i => (double)i)], 4));

    [Fact]
    public void A_value_that_fills_an_interval_has_one_for_itself()
    {
        // 900 zeros and 1 … 100: the zeros would fill nine of ten intervals, and the other nine share what is left.
        double[] values = [.. Enumerable.Repeat(0.0, 900), .. Enumerable.Range(1, 100).Select(i => (double)i)];
        double[] edges = Quantiles.Edges(values, 10);
        Assert.Equal(9, edges.Length);
        Assert.Equal(0.5, edges[0]);
        Assert.InRange(edges[1], 10, 14);
    }

    [Fact]
    public void A_heavy_value_in_the_middle_is_alone()
    {
        double[] values = [.. Enumerable.Range(0, 50).Select(i => (double)i), .. Enumerable.Repeat(99.0, 500), .. Enumerable.Range(200, 50).Select(i => (double)i)];
        double[] edges = Quantiles.Edges(values, 5);
        Assert.Contains((49 + 99) / 2.0, edges);
        Assert.Contains((99 + 200) / 2.0, edges);
    }

    [Fact]
    public void Few_values_have_an_interval_each() => Assert.Equal([1.5, 4.5], Quantiles.Edges([2, 1, 2, 7, 2, 2, 2, 2, 2, 2], 3));

    [Fact]
    public void Equal_values_and_none_have_no_edge()
    {
        Assert.Empty(Quantiles.Edges([3, 3, 3, 3], 10));
        Assert.Empty(Quantiles.Edges([], 10));
    }

    [Fact]
    public void Neighbouring_and_extreme_doubles_are_told_apart()
    {
        double next = Math.BitIncrement(1.0);
        Assert.Equal([next], Quantiles.Edges([1, next], 2));
        double[] edges = Quantiles.Edges([-double.MaxValue, double.MaxValue], 2);
        Assert.InRange(edges[0], -double.MaxValue, double.MaxValue);
    }

    [Fact]
    public void Edges_ascend_separate_values_and_leave_no_interval_empty() =>
        Gen.Select(Gen.Int[-20, 20].Select(i => i / 4.0).Array[0, 200], Gen.Int[2, 30]).Sample(
            (values, bins) =>
            {
                double[] edges = Quantiles.Edges([.. values], bins);
                int[] perBin = new int[edges.Length + 1];
                foreach (double value in values) perBin[edges.Count(edge => edge <= value)]++;
                return edges.Length < bins && edges.SequenceEqual(edges.Distinct().Order()) && (values.Length == 0 || perBin.All(count => count > 0));
            },
            seed: "0000KTZEKXm5",
            iter: 2000);
}
