using CtrRuntime.Trainer.Data;
using CtrRuntime.Trainer.Solvers;

namespace CtrRuntime.Trainer.Tests.Solvers;

/// <summary>The objective of L-BFGS and what its minimum is like.</summary>
public sealed class LinearObjectiveTests
{
    private const int Slots = 6;

    [Theory]
    [InlineData(Loss.Logistic, 0)]
    [InlineData(Loss.Logistic, 1.5)]
    [InlineData(Loss.Squared, 0)]
    [InlineData(Loss.Squared, 1.5)]
    public void The_value_is_that_of_the_definition_and_the_gradient_that_of_finite_differences(Loss loss, double l2)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            using RowStore rows = RandomRows(seed, loss);
            LinearObjective objective = Objective(rows, loss, l2);
            LinearReference reference = new LinearReference(loss, l2).Read(rows);
            var random = new Random(100 + seed);
            double[] point = [.. Enumerable.Range(0, objective.Dimension).Select(_ => random.NextDouble() - 0.5)];
            // The reference knows nothing of a slot without rows.
            point[Slots - 1] = 0;
            double[] gradient = new double[point.Length], unused = new double[point.Length];
            double value = objective.Evaluate(point, gradient);
            Assert.Equal(reference.Objective(key => point[key], point[Slots]), value, 1e-12 * value);
            for (int i = 0; i < point.Length; i++)
            {
                const double h = 1e-5;
                double[] after = [.. point], before = [.. point];
                after[i] += h;
                before[i] -= h;
                double slope = (objective.Evaluate(after, unused) - objective.Evaluate(before, unused)) / (2 * h);
                Assert.Equal(slope, gradient[i], 1e-7 * (1 + Math.Abs(slope)));
            }
        }
    }

    [Theory]
    [InlineData(Loss.Logistic)]
    [InlineData(Loss.Squared)]
    public void At_the_minimum_there_is_no_gradient(Loss loss)
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            using RowStore rows = RandomRows(seed, loss);
            Lbfgs solver = Minimise(Objective(rows, loss, 0.3));
            double norm = new LinearReference(loss, 0.3).Read(rows).GradientNorm(key => solver.Point[key], solver.Point[Slots]);
            Assert.InRange(norm, 0, 1e-10 * solver.FirstGradientNorm);
            // No row has the last feature.
            Assert.Equal(0, solver.Point[Slots - 1]);
        }
    }

    [Theory]
    [InlineData(Loss.Logistic)]
    [InlineData(Loss.Squared)]
    public void A_weight_is_as_many_rows(Loss loss)
    {
        using RowStore weighted = RandomRows(3, loss, (rows, label, weight) => rows.EndRow(label, MathF.Ceiling(weight)));
        using RowStore repeated = Repeated(weighted);
        LinearObjective one = Objective(weighted, loss, 0.5), other = Objective(repeated, loss, 0.5);
        double[] point = [0.3, -0.2, 0.5, 0.1, -0.7, 0.4, -0.1], gradient = new double[Slots + 1], same = new double[Slots + 1];
        double value = one.Evaluate(point, gradient);
        Assert.Equal(value, other.Evaluate(point, same), 1e-14 * value);
        Assert.All(gradient.Zip(same), pair => Assert.Equal(pair.First, pair.Second, 1e-13 * (1 + Math.Abs(pair.First))));

        Lbfgs solver = Minimise(one), repeatedSolver = Minimise(other);
        Assert.Equal(solver.Value, repeatedSolver.Value, 1e-12 * solver.Value);
        Assert.All(solver.Point.Zip(repeatedSolver.Point), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
    }

    [Fact]
    public void Squared_loss_is_least_where_the_normal_equations_say()
    {
        for (int seed = 1; seed <= 5; seed++)
        {
            using RowStore rows = RandomRows(seed, Loss.Squared);
            double[] expected = NormalEquations(rows, 0.7);
            Lbfgs solver = Minimise(Objective(rows, Loss.Squared, 0.7));
            Assert.All(expected.Zip(solver.Point), pair => Assert.Equal(pair.First, pair.Second, 1e-9));
        }
    }

    [Fact]
    public void One_row_has_the_minimum_of_its_only_number()
    {
        // For a row of label 1 and one feature of value 1, w = b = t / 2 and σ(t) − 1 + λ t / 2 = 0.
        using var rows = new RowStore();
        rows.AddFeature(0, 0, 0, 1);
        rows.EndRow(1, 1);
        double[] point = Minimise(new LinearObjective(rows, 1, LossFunction.Of(Loss.Logistic), 2)).Point;
        Assert.Equal(point[0], point[1], 1e-14);
        double t = point[0] + point[1];
        Assert.Equal(0, (1 / (1 + Math.Exp(-t))) - 1 + t, 1e-12);
        Assert.InRange(t, 0.4, 0.41);
    }

    [Fact]
    public void Separable_rows_have_a_minimum_for_any_ridge_above_zero()
    {
        using var rows = new RowStore();
        for (int r = 0; r < 20; r++)
        {
            rows.AddFeature((uint)(r % 2), 0, 0, 1 + (r / 10f));
            rows.EndRow(r % 2, 1);
        }

        double last = 0;
        foreach (double l2 in (double[])[1, 1e-2, 1e-4, 1e-6])
        {
            Lbfgs solver = Minimise(new LinearObjective(rows, 2, LossFunction.Of(Loss.Logistic), l2));
            Assert.InRange(solver.GradientNorm / solver.FirstGradientNorm, 0, 1e-9);
            Assert.InRange(solver.Point[1], last + 0.1, 20);
            last = solver.Point[1];
        }
    }

    [Fact]
    public void The_curvature_is_the_steepest_diagonal_of_the_hessian_and_a_tenth_of_the_bias()
    {
        using RowStore rows = RandomRows(4, Loss.Logistic);
        LinearObjective objective = Objective(rows, Loss.Logistic, 0.5);
        double[] curvature = objective.Curvature(), origin = new double[Slots + 1], slopes = new double[Slots + 1], unused = new double[Slots + 1];

        // A logistic loss is steepest where the logit is 0, and it is 0 for all rows at the origin.
        objective.Evaluate(origin, unused);
        for (int i = 0; i < origin.Length; i++)
        {
            const double h = 1e-4;
            double[] after = [.. origin], before = [.. origin];
            after[i] += h;
            before[i] -= h;
            objective.Evaluate(after, slopes);
            double high = slopes[i];
            objective.Evaluate(before, slopes);
            Assert.Equal(((high - slopes[i]) / (2 * h)) + (0.25 * 0.1 * rows.WeightSum), curvature[i], 1e-5 * curvature[i]);
        }
    }

    [Fact]
    public void A_visitor_hears_of_all_rows_and_may_end_the_pass()
    {
        using var rows = new RowStore();
        for (int r = 0; r < 20_000; r++)
        {
            rows.AddFeature(0, 0, 0, 1);
            rows.EndRow(r % 2, 1);
        }

        var visited = new List<uint>();
        double[] point = new double[2], gradient = new double[2];
        Evaluate(visited.Add);
        Assert.Equal([8192u, 16384, 20_000], visited);
        Assert.Throws<OperationCanceledException>(() => Evaluate(_ => throw new OperationCanceledException()));

        void Evaluate(Action<uint> visit) =>
            new LinearObjective(rows, 1, LossFunction.Of(Loss.Logistic), 1) { Visited = visit }.Evaluate(point, gradient);
    }

    private static LinearObjective Objective(RowStore rows, Loss loss, double l2) => new(rows, Slots, LossFunction.Of(loss), l2);

    private static Lbfgs Minimise(LinearObjective objective)
    {
        var solver = new Lbfgs(objective.Evaluate, objective.Curvature());
        for (int step = 0; step < 500 && solver.GradientNorm > 1e-13 * solver.FirstGradientNorm && solver.Step(); step++)
        {
        }

        return solver;
    }

    // Rows of the first slots, of different values, labels and weights.
    private static RowStore RandomRows(int seed, Loss loss, Action<RowStore, float, float>? endRow = null)
    {
        var random = new Random(seed);
        var rows = new RowStore();
        for (int r = 0; r < 30; r++)
        {
            for (uint slot = 0; slot < Slots - 1; slot++)
                if (random.Next(3) > 0) rows.AddFeature(slot, 0, slot, (float)((2 * random.NextDouble()) - 1));
            float label = loss == Loss.Logistic ? random.Next(2) : (float)random.NextDouble() * 5;
            float weight = (float)random.NextDouble() * 3;
            if (endRow is null) rows.EndRow(label, weight);
            else endRow(rows, label, weight);
        }

        return rows;
    }

    private static unsafe RowStore Repeated(RowStore weighted)
    {
        var rows = new RowStore();
        for (uint r = 0; r < weighted.Count; r++)
        {
            Row row = weighted[r];
            for (int time = 0; time < row.Weight; time++)
            {
                for (int i = 0; i < row.Count; i++) rows.AddFeature(row.Slots[i], 0, row.Slots[i], row.Values[i]);
                rows.EndRow(row.Label, 1);
            }
        }

        return rows;
    }

    // (Xᵀ Ω X + λ I) p = Xᵀ Ω y, by Gaussian elimination; it is positive definite and needs no pivots.
    private static unsafe double[] NormalEquations(RowStore rows, double l2)
    {
        const int n = Slots + 1;
        var a = new double[n, n + 1];
        for (int i = 0; i < n; i++) a[i, i] = l2;
        for (uint r = 0; r < rows.Count; r++)
        {
            Row row = rows[r];
            var x = new double[n];
            x[Slots] = 1;
            for (int i = 0; i < row.Count; i++) x[row.Slots[i]] = row.Values[i];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++) a[i, j] += row.Weight * x[i] * x[j];
                a[i, n] += row.Weight * x[i] * row.Label;
            }
        }

        for (int pivot = 0; pivot < n; pivot++)
            for (int i = 0; i < n; i++)
            {
                double share = a[i, pivot] / a[pivot, pivot];
                for (int j = pivot; j <= n && i != pivot; j++) a[i, j] -= share * a[pivot, j];
            }

        return [.. Enumerable.Range(0, n).Select(i => a[i, n] / a[i, i])];
    }
}
