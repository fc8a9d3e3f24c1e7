namespace CtrRuntime.Trainer.Solvers;

/// <summary>
/// L-BFGS (Nocedal 1980; Liu and Nocedal 1989): a quasi-Newton method that knows of the Hessian what the last m = 20 steps s and changes y of the
/// gradient say, and otherwise takes it as D / γ: D a diagonal that the caller gives, γ = sᵀy / yᵀD⁻¹y of the last step. Starts at 0, in double.
/// Memory: 2m + 6 numbers per dimension.
/// </summary>
internal sealed class Lbfgs
{
    private const int Memory = 20;

    private readonly Objective _objective;
    private readonly double[] _inverseCurvature;
    private readonly double[] _direction;
    private readonly Queue<Correction> _corrections = new(Memory);
    private double[] _point;
    private double[] _gradient;
    private double[] _trialPoint;
    private double[] _trialGradient;
    private double _trialStep;

    /// <summary>Evaluates the objective at 0.</summary>
    /// <param name="objective">The function.</param>
    /// <param name="curvature">D, a guess of the Hessian's diagonal, above 0.</param>
    public Lbfgs(Objective objective, double[] curvature)
    {
        _objective = objective;
        _inverseCurvature = Array.ConvertAll(curvature, c => 1 / c);
        _direction = new double[curvature.Length];
        _point = new double[curvature.Length];
        _gradient = new double[curvature.Length];
        _trialPoint = new double[curvature.Length];
        _trialGradient = new double[curvature.Length];
        Value = objective(_point, _gradient);
        GradientNorm = FirstGradientNorm = Math.Sqrt(Dot(_gradient, _gradient));
    }

    /// <summary>Where it has come to; the next step may reuse the memory.</summary>
    public double[] Point => _point;

    /// <summary>The objective there.</summary>
    public double Value { get; private set; }

    /// <summary>‖gradient‖ there.</summary>
    public double GradientNorm { get; private set; }

    /// <summary>‖gradient‖ at 0.</summary>
    public double FirstGradientNorm { get; }

    /// <summary>Takes a step. False where no step makes the objective lower: the optimum as far as double can tell.</summary>
    public bool Step()
    {
        if (TryStep()) return true;
        if (_corrections.Count == 0) return false;
        // What was learnt far away may mislead here.
        _corrections.Clear();
        return TryStep();
    }

    private bool TryStep()
    {
        SetDirection();
        var start = new LinePoint(0, Value, Dot(_gradient, _direction));
        if (!(start.Slope < 0) || WolfeLineSearch.Find(start, Evaluate) is not LinePoint found) return false;
        if (_trialStep != found.Step) Evaluate(found.Step);
        Remember();
        (_point, _trialPoint) = (_trialPoint, _point);
        (_gradient, _trialGradient) = (_trialGradient, _gradient);
        Value = found.Value;
        GradientNorm = Math.Sqrt(Dot(_gradient, _gradient));
        return true;
    }

    private LinePoint Evaluate(double step)
    {
        for (int i = 0; i < _point.Length; i++) _trialPoint[i] = _point[i] + (step * _direction[i]);
        double value = _objective(_trialPoint, _trialGradient);
        _trialStep = step;
        return new(step, value, Dot(_trialGradient, _direction));
    }

    // p = −H⁻¹ ∇f by the two-loop recursion (Nocedal and Wright, algorithm 7.4).
    private void SetDirection()
    {
        double[] p = _direction;
        for (int i = 0; i < p.Length; i++) p[i] = -_gradient[i];
        Correction[] corrections = [.. _corrections];
        Span<double> shares = stackalloc double[Memory];
        for (int c = corrections.Length - 1; c >= 0; c--)
        {
            shares[c] = Dot(corrections[c].Step, p) / corrections[c].Product;
            AddTo(p, corrections[c].Change, -shares[c]);
        }

        double scale = corrections.Length == 0 ? 1 : Scale(corrections[^1]);
        for (int i = 0; i < p.Length; i++) p[i] *= scale * _inverseCurvature[i];
        for (int c = 0; c < corrections.Length; c++)
        {
            double share = shares[c] - (Dot(corrections[c].Change, p) / corrections[c].Product);
            AddTo(p, corrections[c].Step, share);
        }
    }

    // γ
    private double Scale(Correction last)
    {
        double squares = 0;
        for (int i = 0; i < last.Change.Length; i++) squares += last.Change[i] * last.Change[i] * _inverseCurvature[i];
        return last.Product / squares;
    }

    private void Remember()
    {
        Correction correction = _corrections.Count == Memory ? _corrections.Dequeue() : new(_point.Length);
        for (int i = 0; i < _point.Length; i++)
        {
            correction.Step[i] = _trialPoint[i] - _point[i];
            correction.Change[i] = _trialGradient[i] - _gradient[i];
        }

        correction.Product = Dot(correction.Step, correction.Change);
        // The Wolfe conditions say so, but for rounding and for a search that had to end without them.
        if (correction.Product > 0) _corrections.Enqueue(correction);
    }

    private static double Dot(double[] a, double[] b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static void AddTo(double[] sum, double[] of, double share)
    {
        for (int i = 0; i < sum.Length; i++) sum[i] += share * of[i];
    }
}
