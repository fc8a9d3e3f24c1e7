using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Solvers;

/// <summary>
/// What a linear model costs on all rows, in double: f(w, b) = Σ_r ω_r loss(t_r, y_r) + ½ λ (‖w‖² + b²) with t_r = b + Σ_i w_i x_ri. A point is
/// the weight of each slot and then the bias, which has the ridge of a weight: the objective of LIBLINEAR <c>-s 0 -B 1 -c 1</c> for logistic
/// loss and λ = 1.
/// </summary>
/// <param name="rows">The rows.</param>
/// <param name="slots">Number of slots.</param>
/// <param name="loss">The loss of a row.</param>
/// <param name="l2">λ.</param>
internal sealed unsafe class LinearObjective(RowStore rows, int slots, LossFunction loss, double l2)
{
    private const double CommonCurvature = 0.1;

    /// <summary>Rows between two calls of <see cref="Visited"/>.</summary>
    private const uint Chunk = 8192;

    /// <summary>Hears how many rows of a pass are done, every so many of them; may throw to end the pass.</summary>
    public Action<uint>? Visited { get; init; }

    /// <summary>Numbers in a point.</summary>
    public int Dimension => slots + 1;

    /// <summary>f, and its gradient, at a point.</summary>
    public double Evaluate(double[] point, double[] gradient)
    {
        for (int i = 0; i < point.Length; i++) gradient[i] = l2 * point[i];

        // The line search compares sums that differ in their last digits only, hence Neumaier's summation.
        double sum = 0, lost = 0, biasSlope = 0, bias = point[slots];
        fixed (double* weights = point, slopes = gradient)
        {
            for (uint r = 0; r < rows.Count;)
            {
                uint end = Math.Min(rows.Count, r + Chunk);
                for (; r < end; r++)
                {
                    Row row = rows[r];
                    double logit = bias;
                    for (int i = 0; i < row.Count; i++) logit += weights[row.Slots[i]] * row.Values[i];
                    double term = row.Weight * loss.Evaluate(logit, row.Label, out double slope);
                    double next = sum + term;
                    lost += sum >= term ? sum - next + term : term - next + sum;
                    sum = next;
                    slope *= row.Weight;
                    biasSlope += slope;
                    for (int i = 0; i < row.Count; i++) slopes[row.Slots[i]] += slope * row.Values[i];
                }

                Visited?.Invoke(end);
            }
        }

        gradient[slots] += biasSlope;
        return sum + lost + Ridge(point);
    }

    /// <summary>The part ½ λ (‖w‖² + b²) of f.</summary>
    public double Ridge(double[] point)
    {
        double squares = 0;
        foreach (double x in point) squares += x * x;
        return l2 * squares / 2;
    }

    /// <summary>
    /// What L-BFGS takes for the diagonal of the Hessian: its steepest λ + h Σ_r ω_r x_ri² for slot i, h the largest second derivative of the loss, and
    /// a tenth of the bias' h Σ_r ω_r more for all. Features of large values get a scale of their own, without which they take thousands of steps;
    /// rare ones do not: theirs would be as many times larger as they are rarer, and as slow (see <c>benchmarks/Tried.md</c>).
    /// </summary>
    public double[] Curvature()
    {
        var curvature = new double[Dimension];
        Array.Fill(curvature, l2 + (CommonCurvature * loss.MaximumCurvature * rows.WeightSum));
        for (uint r = 0; r < rows.Count; r++)
        {
            Row row = rows[r];
            double weight = loss.MaximumCurvature * row.Weight;
            for (int i = 0; i < row.Count; i++) curvature[row.Slots[i]] += weight * row.Values[i] * row.Values[i];
            curvature[slots] += weight;
        }

        return curvature;
    }
}
