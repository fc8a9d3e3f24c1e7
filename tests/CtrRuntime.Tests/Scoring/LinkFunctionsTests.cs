using CtrRuntime.Model;
using CtrRuntime.Scoring;

namespace CtrRuntime.Tests.Scoring;

public sealed class LinkFunctionsTests
{
    [Fact]
    public void Exp_agrees_with_the_library_over_its_whole_range()
    {
        // Steps that are no multiples of ln 2, so that every remainder is met.
        for (double x = -708.3; x < 709.78; x += 0.001234567)
            Near(Math.Exp(x), LinkFunctions.Exp(x), 1e-15, x);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-746, 0)]
    [InlineData(-1e300, 0)]
    [InlineData(710, double.PositiveInfinity)]
    [InlineData(-745, 4.94065645841246544e-324)]
    [InlineData(709.782712893384, 1.797693134862273e308)]
    public void Exp_at_the_ends(double x, double expected) => Near(expected, LinkFunctions.Exp(x), 1e-13, x);

    [Fact]
    public void Exp_of_a_result_below_the_normal_numbers_is_right_to_their_spacing()
    {
        for (double x = -745; x < -708; x += 0.0123)
            Assert.True(Math.Abs(Math.Exp(x) - LinkFunctions.Exp(x)) <= 1e-15 * Math.Exp(x) + double.Epsilon, $"{x:R}");
    }

    [Fact]
    public void Sigmoid_agrees_with_the_library_to_the_last_digits()
    {
        for (double t = -700; t < 700; t += 0.00123)
        {
            double e = Math.Exp(-Math.Abs(t));
            Near(t < 0 ? e / (1 + e) : 1 / (1 + e), LinkFunctions.Sigmoid(t), 2e-15, t);
        }
    }

    [Fact]
    public void Sigmoid_never_decreases_where_scores_can_tell()
    {
        float last = 0;
        for (double t = -110; t < 20; t += 0.0007)
        {
            float score = LinkFunctions.Apply(Link.Sigmoid, t);
            Assert.True(score >= last, $"{t:R}");
            last = score;
        }
    }

    /// <summary>Φ to 16 digits, from the tables of the normal distribution.</summary>
    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(1, 0.841344746068542949)]
    [InlineData(-1, 0.158655253931457051)]
    [InlineData(2, 0.977249868051820793)]
    [InlineData(-2, 0.0227501319481792072)]
    [InlineData(0.5, 0.691462461274013104)]
    [InlineData(-3, 1.34989803163009453e-3)]
    [InlineData(-4, 3.16712418331199213e-5)]
    [InlineData(-5, 2.86651571879193912e-7)]
    [InlineData(-6, 9.86587645037698141e-10)]
    [InlineData(-10, 7.61985302416052607e-24)]
    [InlineData(-20, 2.75362411860623e-89)]
    public void Probit_agrees_with_the_tables(double t, double expected) => Near(expected, LinkFunctions.Probit(t), 1e-12, t);

    [Fact]
    public void Probit_agrees_with_the_integral_of_the_density()
    {
        // Simpson's rule from 0, steps of 1/1024: error below 1e-14 at this step.
        const double h = 1.0 / 1024;
        double integral = 0;
        for (int i = 1; i <= 8 * 1024; i++)
        {
            double left = (i - 1) * h, right = i * h;
            integral += h / 6 * (Density(left) + (4 * Density((left + right) / 2)) + Density(right));
            Assert.Equal(0.5 + integral, LinkFunctions.Probit(right), 1e-13);
            Assert.Equal(0.5 - integral, LinkFunctions.Probit(-right), 1e-13);
        }

        static double Density(double t) => Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI);
    }

    [Fact]
    public void Probit_meets_itself_where_the_method_changes()
    {
        foreach (double split in (double[])[3, -3])
            Near(LinkFunctions.Probit(split), LinkFunctions.Probit(Math.BitDecrement(split)), 1e-12, split);
    }

    [Theory]
    [InlineData(Link.Sigmoid)]
    [InlineData(Link.Probit)]
    public void A_probability_is_between_0_and_1_for_every_logit(Link link)
    {
        Assert.Equal(0, LinkFunctions.Apply(link, double.NegativeInfinity));
        Assert.Equal(1, LinkFunctions.Apply(link, double.PositiveInfinity));
        Assert.Equal(0.5f, LinkFunctions.Apply(link, 0));
        Assert.Equal(0.5f, LinkFunctions.Apply(link, -0.0));
        double[] logits = [double.MinValue, -1e300, -1e155, -800, -745.2, -710, -40, -1e-300, double.Epsilon, 40, 710, 1e300, double.MaxValue];
        Assert.All(logits, logit => Assert.InRange(LinkFunctions.Apply(link, logit), 0f, 1f));
    }

    [Theory]
    [InlineData(3.25, 3.25f)]
    [InlineData(0.1, 0.1f)]
    [InlineData(-1e300, float.NegativeInfinity)]
    public void Identity_is_the_logit_as_a_float(double logit, float expected) => Assert.Equal(expected, LinkFunctions.Apply(Link.Identity, logit));

    [Fact]
    public void An_unknown_link_is_a_defect_and_says_so()
    {
        var refusal = Assert.Throws<CtrException>(() => LinkFunctions.Apply((Link)9, 0));
        Assert.Equal(CtrStatus.Internal, refusal.Status);
    }

    private static void Near(double expected, double actual, double relative, double at)
    {
        bool near = expected == actual || Math.Abs(actual - expected) <= relative * Math.Abs(expected);
        Assert.True(near, $"at {at:R}: {actual:R}, should be {expected:R}");
    }
}
