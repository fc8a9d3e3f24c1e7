namespace CtrRuntime.Trainer.Solvers;

/// <summary>
/// Finds a step α along a direction of descent that satisfies the strong Wolfe conditions φ(α) ≤ φ(0) + c₁ α φ′(0) and |φ′(α)| ≤ c₂ |φ′(0)|,
/// with c₁ = 10⁻⁴ and c₂ = .9: algorithms 3.5 and 3.6 of Nocedal and Wright (Numerical Optimization, 2006), cubic interpolation.
/// A value that is not finite counts as too high.
/// </summary>
internal static class WolfeLineSearch
{
    private const double Decrease = 1e-4;
    private const double Flattening = 0.9;
    private const double Expansion = 4;

    /// <summary>The share of an interval's length that a trial keeps away from both ends.</summary>
    private const double Margin = 0.1;
    private const int MostTrials = 30;

    /// <summary>The rounding of a value, relative: near the optimum a step gains less than that, and only the slope tells that it is one.</summary>
    private const double Rounding = 1e-15;

    /// <summary>
    /// The first trial that satisfies both conditions, which was then the last to be evaluated. After too many trials the best that has decreased φ
    /// as the first condition demands; null if there is none.
    /// </summary>
    /// <param name="start">φ at α = 0, of a slope below 0.</param>
    /// <param name="evaluate">φ at a step.</param>
    public static LinePoint? Find(LinePoint start, Func<double, LinePoint> evaluate)
    {
        int trials = 0;
        double slack = Rounding * Math.Abs(start.Value);
        LinePoint low = start;
        for (LinePoint trial = Try(1); ; trial = Try(Expansion * trial.Step))
        {
            if (TooHigh(trial)) return Zoom(low, trial);
            if (IsFlat(trial)) return trial;
            if (trial.Slope >= 0) return Zoom(trial, low);
            low = trial;
            if (trials == MostTrials) return low;
        }

        LinePoint Try(double step)
        {
            trials++;
            return evaluate(step);
        }

        bool TooHigh(LinePoint trial) => !(trial.Value <= start.Value + (Decrease * trial.Step * start.Slope) + slack) || trial.Value > low.Value + slack;

        bool IsFlat(LinePoint trial) => Math.Abs(trial.Slope) <= -Flattening * start.Slope;

        // Between low, the best point so far, and high there is a step that satisfies both: φ falls from low towards high.
        LinePoint? Zoom(LinePoint best, LinePoint high)
        {
            low = best;
            while (trials < MostTrials)
            {
                LinePoint trial = Try(Between(low, high));
                if (TooHigh(trial))
                {
                    high = trial;
                    continue;
                }

                if (IsFlat(trial)) return trial;
                if (trial.Slope * (high.Step - low.Step) >= 0) high = low;
                low = trial;
            }

            return low.Step > 0 ? low : null;
        }
    }

    /// <summary>Where the cubic through both points and their slopes is least (Nocedal and Wright, 3.59), but well inside the interval.</summary>
    private static double Between(LinePoint low, LinePoint high)
    {
        double length = high.Step - low.Step;
        double d1 = low.Slope + high.Slope - (3 * (high.Value - low.Value) / length);
        double d2 = Math.Sign(length) * Math.Sqrt((d1 * d1) - (low.Slope * high.Slope));
        double share = 1 - ((high.Slope + d2 - d1) / (high.Slope - low.Slope + (2 * d2)));
        return low.Step + (length * (double.IsFinite(share) ? Math.Clamp(share, Margin, 1 - Margin) : 0.5));
    }
}
