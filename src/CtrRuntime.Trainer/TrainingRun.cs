using System.Diagnostics;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Data;
using CtrRuntime.Trainer.Learners;
using CtrRuntime.Trainer.Metrics;
using CtrRuntime.Trainer.Synthetic;

namespace CtrRuntime.Trainer;

/// <summary>
/// The epochs of a run: each visits the training rows in a new random order, takes the weights into the running average, and validates
/// that. The best average is kept; training ends when the patience does.
/// </summary>
internal sealed class TrainingRun : ITrainingRun
{
    /// <summary>The stream of random numbers that the order of the rows comes from.</summary>
    private const ulong Stream = 2;

    /// <summary>Rows between two looks at the clock and at the cancellation.</summary>
    private const int Chunk = 1024;

    /// <summary>How many rows ahead a row is asked for, and then its features: they come in random order, which the processor cannot foresee.</summary>
    private const int AskFirst = 6, AskThen = 3;
    private static readonly TimeSpan ReportEvery = TimeSpan.FromMilliseconds(200);

    private readonly TrainingPlan _plan;
    private readonly TrainingData _data;
    private readonly Learner _learner;
    private readonly ITrainingProgress? _progress;
    private readonly CancellationToken _cancellation;
    private readonly AveragedModel _average;
    private readonly AveragedModel _best;
    private readonly Validator? _validator;
    private readonly uint[] _order;
    private readonly StableRandom _random;
    private readonly List<EpochReport> _epochs = [];

    /// <summary>Prepares a run; nothing is trained yet.</summary>
    public TrainingRun(TrainingPlan plan, TrainingData data, Learner learner, ITrainingProgress? progress, CancellationToken cancellation)
    {
        _plan = plan;
        _data = data;
        _learner = learner;
        _progress = progress;
        _cancellation = cancellation;
        _random = new(plan.Options.Seed, Stream);
        _order = new uint[data.Rows.Count];
        for (uint r = 0; r < _order.Length; r++) _order[r] = r;
        double keep = plan.Options.Averaging!.Value;
        _average = new(plan.NewWeights(data), keep);
        _best = _average;
        if (data.Validation is null) return;
        _best = new(plan.NewWeights(data), keep);
        _validator = new(plan, data.Validation);
    }

    /// <inheritdoc/>
    public WeightBuffer Weights => _best.Weights;

    /// <inheritdoc/>
    public float Bias => _best.Bias;

    /// <inheritdoc/>
    public int BestEpoch { get; private set; }

    /// <inheritdoc/>
    public bool StoppedEarly { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<EpochReport> Epochs => _epochs;

    /// <inheritdoc/>
    public void Run()
    {
        int epochs = _plan.Options.Epochs!.Value;
        double best = double.PositiveInfinity;
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            _random.Shuffle<uint>(_order);
            var clock = Stopwatch.StartNew();
            double loss = TrainEpoch(epoch, epochs, clock);
            double seconds = clock.Elapsed.TotalSeconds;
            _average.Add(_learner);
            MetricValues? metrics = _validator?.Evaluate(_average.Weights, _average.Bias, _data.Validation!);
            double badness = metrics is null ? -epoch : Badness(metrics);
            if (!double.IsFinite(loss) || !double.IsFinite(badness))
                throw new CtrException(CtrStatus.Data, $"training diverged in epoch {epoch}; use a lower learning rate, or standardize numeric values");
            bool isBest = badness < best;
            if (isBest)
            {
                best = badness;
                BestEpoch = epoch;
                if (_best != _average) _best.CopyFrom(_average);
            }

            var report = new EpochReport(
                epoch, loss, metrics?[_plan.LossMetric], metrics?.Known(MetricNames.Auc), isBest, seconds, _order.Length / seconds);
            _epochs.Add(report);
            _progress?.EpochDone(report);
            StoppedEarly = epoch - BestEpoch >= _plan.Options.Patience && epoch < epochs;
            if (StoppedEarly) return;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _average.Dispose();
        _best.Dispose();
        _validator?.Dispose();
    }

    private double Badness(MetricValues metrics) => _plan.Stop == StopMetric.Auc ? -metrics[MetricNames.Auc] : metrics[_plan.LossMetric];

    // The mean training loss, as it is shown.
    private double TrainEpoch(int epoch, int epochs, Stopwatch clock)
    {
        double loss = 0;
        TimeSpan reported = TimeSpan.Zero;
        Row next = _data.Rows[_order[0]];
        for (int done = 0; done < _order.Length;)
        {
            int end = Math.Min(done + Chunk, _order.Length);
            for (; done < end; done++)
            {
                if (done + AskFirst < _order.Length) _data.Rows.Ask(_order[done + AskFirst], _order[done + AskThen]);
                Row row = next;
                next = done + 1 < _order.Length ? _data.Rows[_order[done + 1]] : default;
                loss += _learner.Step(row, next);
            }

            _cancellation.ThrowIfCancellationRequested();
            if (_progress is null || clock.Elapsed - reported < ReportEvery) continue;
            reported = clock.Elapsed;
            _progress.EpochProgress(epoch, epochs, done, _order.Length, done / reported.TotalSeconds);
        }

        return LossFunction.Of(_plan.Loss).Shown(loss / _data.Rows.WeightSum);
    }
}
