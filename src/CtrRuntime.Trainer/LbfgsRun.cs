using System.Diagnostics;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Data;
using CtrRuntime.Trainer.Metrics;
using CtrRuntime.Trainer.Solvers;

namespace CtrRuntime.Trainer;

/// <summary>
/// A linear model by L-BFGS. An epoch is one step of it, which takes a pass over the rows, or a few. The last one is kept: every step lowers the
/// objective, and validation rows are only watched.
/// </summary>
internal sealed unsafe class LbfgsRun : ITrainingRun
{
    /// <summary>The most steps, several times what real data have taken.</summary>
    public const int DefaultEpochs = 1000;

    /// <summary>λ; LIBLINEAR's default C = 1 is the same.</summary>
    public const double DefaultL2 = 1;

    /// <summary>
    /// The optimum is where ‖gradient‖ has come down to this share of what it was at 0. The objective is then far closer: its distance goes with the
    /// square.
    /// </summary>
    private const double Tolerance = 1e-8;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(200);

    private readonly TrainingPlan _plan;
    private readonly TrainingData _data;
    private readonly ITrainingProgress? _progress;
    private readonly Action<string> _warn;
    private readonly CancellationToken _cancellation;
    private readonly LinearObjective _objective;
    private readonly Validator? _validator;
    private readonly List<EpochReport> _epochs = [];
    private readonly Stopwatch _clock = new();
    private TimeSpan _reported;

    /// <summary>Passes over the rows that the epoch has taken.</summary>
    private double _passes;

    /// <summary>Prepares a run; nothing is trained yet.</summary>
    public LbfgsRun(TrainingPlan plan, TrainingData data, ITrainingProgress? progress, Action<string> warn, CancellationToken cancellation)
    {
        _plan = plan;
        _data = data;
        _progress = progress;
        _warn = warn;
        _cancellation = cancellation;
        _objective = new(data.Rows, data.Counts.Length, LossFunction.Of(plan.Loss), plan.Options.L2!.Value) { Visited = Visited };
        Weights = plan.NewWeights(data);
        if (data.Validation is not null) _validator = new(plan, data.Validation);
    }

    /// <inheritdoc/>
    public WeightBuffer Weights { get; }

    /// <inheritdoc/>
    public float Bias { get; private set; }

    /// <inheritdoc/>
    public int BestEpoch => _epochs.Count;

    /// <inheritdoc/>
    public bool StoppedEarly => false;

    /// <inheritdoc/>
    public IReadOnlyList<EpochReport> Epochs => _epochs;

    /// <inheritdoc/>
    public void Run()
    {
        int epochs = _plan.Options.Epochs!.Value;
        _clock.Restart();
        var solver = new Lbfgs(_objective.Evaluate, _objective.Curvature());
        double target = Tolerance * solver.FirstGradientNorm;
        bool moved;
        do
        {
            moved = solver.GradientNorm > target && solver.Step();
            if (!moved && _epochs.Count > 0) break;
            Report(solver);
            _passes = 0;
            _reported = TimeSpan.Zero;
            _clock.Restart();
        }
        while (moved && solver.GradientNorm > target && _epochs.Count < epochs);
        if (solver.GradientNorm <= target) return;
        double share = solver.GradientNorm / solver.FirstGradientNorm;
        string distance = FormattableString.Invariant($"the gradient is {share:0.0e-00} of the first one after {_epochs.Count} epochs");
        _warn(moved ? $"not at the optimum: {distance}; more epochs go on from there" : $"as near to the optimum as double can tell: {distance}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        _validator?.Dispose();
    }

    private void Report(Lbfgs solver)
    {
        double seconds = _clock.Elapsed.TotalSeconds;
        Take(solver.Point);
        MetricValues? metrics = _validator?.Evaluate(Weights, Bias, _data.Validation!);
        double lossSum = Math.Max(0, solver.Value - _objective.Ridge(solver.Point));
        double loss = LossFunction.Of(_plan.Loss).Shown(lossSum / _data.Rows.WeightSum);
        double rowsPerSecond = _passes * _data.Rows.Count / seconds;
        var report = new EpochReport(
            _epochs.Count + 1, loss, metrics?[_plan.LossMetric], metrics?.Known(MetricNames.Auc), true, seconds, rowsPerSecond, solver.Value);
        _epochs.Add(report);
        _progress?.EpochDone(report);
    }

    // The only place where the weights are rounded.
    private void Take(double[] point)
    {
        for (int slot = 0; slot < point.Length; slot++)
        {
            float weight = (float)point[slot];
            if (!float.IsFinite(weight))
                throw new CtrException(CtrStatus.Data, $"training diverged in epoch {_epochs.Count + 1}; use a higher L2, or standardize numeric values");
            if (slot < point.Length - 1) Weights.Linear[slot] = weight;
            else Bias = weight;
        }
    }

    private void Visited(uint rows)
    {
        _cancellation.ThrowIfCancellationRequested();
        double passes = _passes + ((double)rows / _data.Rows.Count);
        if (rows == _data.Rows.Count) _passes++;
        if (_progress is null || _clock.Elapsed - _reported < ReportEvery) return;
        _reported = _clock.Elapsed;
        _progress.EpochProgress(_epochs.Count + 1, _plan.Options.Epochs!.Value, rows, _data.Rows.Count, passes * _data.Rows.Count / _reported.TotalSeconds);
    }
}
