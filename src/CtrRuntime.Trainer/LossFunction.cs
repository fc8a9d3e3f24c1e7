namespace CtrRuntime.Trainer;

/// <summary>A loss of one example and its derivative by the logit, in double.</summary>
internal abstract class LossFunction
{
    /// <summary>The function of a name.</summary>
    public static LossFunction Of(Loss loss) => loss switch
    {
        Loss.Logistic => new Logistic(),
        Loss.Squared => new Squared(),
        _ => throw new ArgumentOutOfRangeException(nameof(loss)),
    };

    /// <summary>The loss, and in <paramref name="slope"/> its derivative by the logit.</summary>
    /// <param name="logit">The logit t.</param>
    /// <param name="label">The label y: 0 or 1, or a rating.</param>
    /// <param name="slope">∂loss/∂t.</param>
    public abstract double Evaluate(double logit, double label, out double slope);

    /// <summary>The constant logit that has the least loss on labels of this weighted mean: where the bias starts.</summary>
    public abstract double BestConstant(double meanLabel);

    /// <summary>The largest second derivative by the logit.</summary>
    public abstract double MaximumCurvature { get; }

    /// <summary>A mean of losses as people want to read it: the log loss as it is, half a squared error as its root mean square.</summary>
    public abstract double Shown(double meanLoss);

    /// <summary>log(1 + e^t) − y t, written so that nothing overflows; its slope is σ(t) − y.</summary>
    private sealed class Logistic : LossFunction
    {
        public override double MaximumCurvature => 0.25;

        public override double Evaluate(double logit, double label, out double slope)
        {
            double e = Math.Exp(-Math.Abs(logit));
            double probability = logit >= 0 ? 1 / (1 + e) : e / (1 + e);
            slope = probability - label;
            return Math.Max(logit, 0) - (label * logit) + Math.Log(1 + e);
        }

        public override double BestConstant(double meanLabel) => Math.Log(meanLabel / (1 - meanLabel));

        public override double Shown(double meanLoss) => meanLoss;
    }

    /// <summary>½(t − y)²; its slope is t − y.</summary>
    private sealed class Squared : LossFunction
    {
        public override double MaximumCurvature => 1;

        public override double Evaluate(double logit, double label, out double slope)
        {
            slope = logit - label;
            return slope * slope / 2;
        }

        public override double BestConstant(double meanLabel) => meanLabel;

        public override double Shown(double meanLoss) => Math.Sqrt(2 * meanLoss);
    }
}
