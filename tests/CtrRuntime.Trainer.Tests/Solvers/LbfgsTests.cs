using CtrRuntime.Trainer.Solvers;

namespace CtrRuntime.Trainer.Tests.Solvers;

public sealed class LbfgsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(20)]
    [InlineData(200)]
    public void Finds_the_minimum_of_a_curved_valley(int dimension)
    {
        // Rosenbrock's function, moved so that the solver starts at (−1.2, 1, …).
        double[] start = [.. Enumerable.Range(0, dimension).Select(i => i % 2 == 0 ? -1.2 : 1)];
        var solver = new Lbfgs(
            (point, gradient) =>
            {
                double sum = 0;
                for (int i = 0; i < dimension; i += 2)
                {
                    double x = point[i] + start[i], y = point[i + 1] + start[i + 1], bend = y - (x * x);
                    sum += (100 * bend * bend) + ((1 - x) * (1 - x));
                    gradient[i] = (-400 * x * bend) - (2 * (1 - x));
                    gradient[i + 1] = 200 * bend;
                }

                return sum;
            },
            Ones(dimension));
        int steps = 0;
        double last = solver.Value;
        for (; steps < 200 && solver.GradientNorm > 1e-10 && solver.Step(); steps++)
        {
            Assert.True(solver.Value < last);
            last = solver.Value;
        }

        Assert.InRange(steps, 10, 100);
        Assert.All(solver.Point.Zip(start), pair => Assert.Equal(1, pair.First + pair.Second, 1e-9));
    }

    [Fact]
    public void Curvature_makes_a_badly_scaled_bowl_round()
    {
        // With the very diagonal of the Hessian the first step goes to the minimum, however the axes differ.
        double[] curvature = [.. Enumerable.Range(0, 12).Select(i => Math.Pow(10, i - 4))];
        var solver = new Lbfgs(Bowl(curvature), curvature);
        Assert.True(solver.Step());
        Assert.All(solver.Point, x => Assert.Equal(1, x, 1e-14));
        Assert.InRange(solver.GradientNorm / solver.FirstGradientNorm, 0, 1e-14);
    }

    [Fact]
    public void At_the_minimum_there_is_no_step()
    {
        var solver = new Lbfgs(Bowl([2, 0, 3]), [2, 1, 3]);
        Assert.True(solver.Step());
        Assert.Equal([1, 0, 1], solver.Point);
        Assert.False(solver.Step());
    }

    [Fact]
    public void Where_nothing_is_lower_there_is_no_step()
    {
        // The gradient lies: the value rises wherever the solver goes.
        var solver = new Lbfgs(
            (point, gradient) =>
            {
                Array.Fill(gradient, 1);
                return point.Sum(Math.Abs);
            },
            Ones(3));
        Assert.False(solver.Step());
        Assert.Equal((0, 0), (solver.Value, solver.Point.Sum(Math.Abs)));
    }

    private static double[] Ones(int dimension) => [.. Enumerable.Repeat(1.0, dimension)];

    // ½ Σ c (x − 1)²
    private static Objective Bowl(double[] curvature) => (point, gradient) =>
    {
        double sum = 0;
        for (int i = 0; i < point.Length; i++)
        {
            gradient[i] = curvature[i] * (point[i] - 1);
            sum += gradient[i] * (point[i] - 1) / 2;
        }

        return sum;
    };
}
