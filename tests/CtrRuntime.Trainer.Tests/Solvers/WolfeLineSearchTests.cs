using CtrRuntime.Trainer.Solvers;

namespace CtrRuntime.Trainer.Tests.Solvers;

/// <summary>Steps along lines that are hard to search.</summary>
public sealed class WolfeLineSearchTests
{
    /// <summary>φ and φ′; the first three are the functions 5.1 to 5.3 of Moré and Thuente (1994).</summary>
    private static readonly Dictionary<string, (Func<double, double> Value, Func<double, double> Slope)> Functions = new()
    {
        ["concave, then convex"] = (a => -a / ((a * a) + 2), a => ((a * a) - 2) / Math.Pow((a * a) + 2, 2)),
        ["flat, with a sharp minimum"] = (
            a => Math.Pow(a + 0.004, 5) - (2 * Math.Pow(a + 0.004, 4)),
            a => (5 * Math.Pow(a + 0.004, 4)) - (8 * Math.Pow(a + 0.004, 3))),
        ["wavy"] = (a => Bend(a) + (2 * 0.99 / (39 * Math.PI) * Math.Sin(39 * Math.PI * a / 2)), a => BendSlope(a) + (0.99 * Math.Cos(39 * Math.PI * a / 2))),
        ["parabola"] = (a => (a - 3) * (a - 3), a => 2 * (a - 3)),
        ["infinite from 2 on"] = (a => a < 2 ? (-10 * a) - Math.Log(2 - a) : double.PositiveInfinity, a => a < 2 ? -10 + (1 / (2 - a)) : double.NaN),
        ["not a number from 2 on"] = (a => a < 2 ? (-10 * a) - Math.Log(2 - a) : double.NaN, a => a < 2 ? -10 + (1 / (2 - a)) : double.NaN),
        ["falling for ever"] = (a => Math.Exp(-a), a => -Math.Exp(-a)),
    };

    public static TheoryData<string, double> Cases()
    {
        var cases = new TheoryData<string, double>();
        foreach (string name in Functions.Keys)
            foreach (double scale in (double[])[1e-3, 1e-1, 1, 10, 1000]) cases.Add(name, scale);
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_step_satisfies_the_strong_wolfe_conditions(string name, double scale)
    {
        (Func<double, double> value, Func<double, double> slope) = Functions[name];
        LinePoint last = default;
        LinePoint start = Evaluate(0);
        LinePoint found = WolfeLineSearch.Find(start, Evaluate)!.Value;
        Assert.True(found.Step > 0);
        Assert.True(found.Value <= start.Value + (1e-4 * found.Step * start.Slope) + 1e-15);
        Assert.True(Math.Abs(found.Slope) <= 0.9 * Math.Abs(start.Slope), $"slope {found.Slope} after {start.Slope}");
        Assert.Equal(last, found);

        // The first step tried is 1, which the scale puts anywhere on the line.
        LinePoint Evaluate(double step) => last = new(step, value(scale * step), scale * slope(scale * step));
    }

    [Fact]
    public void Where_the_slope_lies_there_is_no_step()
    {
        int evaluations = 0;
        Assert.Null(WolfeLineSearch.Find(new(0, 0, -1), step =>
        {
            evaluations++;
            return new(step, step, 1);
        }));
        Assert.InRange(evaluations, 2, 100);
    }

    [Fact]
    public void Too_steep_for_the_second_condition_the_lowest_step_will_do()
    {
        // A straight line never gets flatter; far out the search has to end.
        LinePoint found = WolfeLineSearch.Find(new(0, 0, -1), step => new(step, -step, -1))!.Value;
        Assert.Equal(-found.Step, found.Value);
        Assert.True(found.Step > 1e6);
    }

    private static double Bend(double a) =>
        a <= 0.99 ? 1 - a : a >= 1.01 ? a - 1 : (Math.Pow(a - 1, 2) / 0.02) + 0.005;

    private static double BendSlope(double a) => a <= 0.99 ? -1 : a >= 1.01 ? 1 : (a - 1) / 0.01;
}
