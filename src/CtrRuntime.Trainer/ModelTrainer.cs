using System.Diagnostics;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Data;
using CtrRuntime.Trainer.Learners;
using CtrRuntime.Trainer.Output;

namespace CtrRuntime.Trainer;

/// <summary>Trains a model: labelled rows in, a model file out.</summary>
public static class ModelTrainer
{
    /// <summary>Base rates of training and validation that differ by more standard errors than this are worth a warning.</summary>
    private const double DriftErrors = 4;

    /// <summary>
    /// Reads the data, trains, and writes the model of the best epoch. The file is written atomically at the end:
    /// a run that fails or is cancelled leaves what was there.
    /// </summary>
    /// <exception cref="CtrException">The options contradict each other, or the data cannot be used; the message says why and where.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was signalled.</exception>
    public static TrainingReport Train(TrainingOptions options, ITrainingProgress? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        var clock = Stopwatch.StartNew();
        var warnings = new List<string>();
        TrainingPlan plan = TrainingPlan.Of(options);
        // Better now than after hours of training.
        _ = AtomicFile.Target(options.ModelPath);
        using TrainingData data = options.Cache is null
            ? new DataLoader(plan, progress, Warn, cancellation).Load()
            : new RowCache(plan, options.Cache, progress, Warn, cancellation).Load();
        TrainingOptions used = plan.OptionsFor(data.PairsPerRow);
        DataSummary summary = Summarize(plan, data, clock.Elapsed.TotalSeconds);
        WarnOfData(plan, summary, Warn);
        progress?.DataLoaded(summary);

        using Learner? learner = plan.Options.Solver == Solver.Adagrad ? plan.Learner.Create(Setup(plan, used, data)) : null;
        using ITrainingRun run = learner is null
            ? new LbfgsRun(plan, data, progress, Warn, cancellation)
            : new TrainingRun(plan, data, learner, progress, cancellation);
        run.Run();
        cancellation.ThrowIfCancellationRequested();
        ModelWriter.Write(options.ModelPath, new()
        {
            Kind = plan.Kind,
            Latent = plan.Latent,
            Schema = data.Schema,
            Index = used.Index,
            SlotKeys = data.SlotKeys,
            Weights = run.Weights,
            Bias = run.Bias,
            Link = plan.Link,
            GoldenRows = GoldenRowPicker.Pick(data.Rows),
            FeatureNames = FeatureNames.Write(data.FeatureNames),
            Metadata = ModelMetadata.Write(used, summary, run.Epochs[run.BestEpoch - 1]),
        });
        return new(
            plan.Kind.Name,
            used,
            summary,
            run.Epochs,
            run.BestEpoch,
            run.StoppedEarly,
            new FileInfo(options.ModelPath).Length,
            clock.Elapsed.TotalSeconds,
            warnings);

        void Warn(string message)
        {
            warnings.Add(message);
            progress?.Warning(message);
        }
    }

    private static LearnerSetup Setup(TrainingPlan plan, TrainingOptions used, TrainingData data) => new()
    {
        Rows = data.Rows,
        Counts = data.Counts,
        Fields = data.Fields,
        Loss = LossFunction.Of(plan.Loss),
        Latent = plan.Latent,
        PairBits = plan.PairBits,
        LinearRate = used.LinearLearningRate!.Value,
        PairRate = used.LearningRate!.Value,
        LinearL2 = used.LinearL2!.Value,
        PairL2 = used.L2!.Value,
        InitialDeviation = used.InitialDeviation ?? 0,
        Seed = used.Seed,
    };

    private static DataSummary Summarize(TrainingPlan plan, TrainingData data, double seconds)
    {
        long features = data.Counts.LongCount(count => count > 0);
        long latent = features * plan.Kind.LatentBlocks(data.Fields) * plan.Latent;
        long pairs = plan.PairBits < 0 ? 0 : 1L << plan.PairBits;
        return new(
            data.Rows.Count,
            data.Rows.WeightSum,
            data.Rows.MeanLabel,
            data.Schema.Fields.Count,
            features,
            1 + features + latent + pairs,
            (double)data.Rows.FeatureCount / data.Rows.Count,
            data.Validation?.Count ?? 0,
            data.Validation?.MeanLabel,
            seconds);
    }

    private static void WarnOfData(TrainingPlan plan, DataSummary data, Action<string> warn)
    {
        if (data.ValidationBaseRate is not double validationRate)
        {
            if (plan.Stop is not null) warn($"no validation file: all {plan.Options.Epochs} epochs are run and the last is kept");
            return;
        }

        if (plan.Loss != Loss.Logistic) return;
        double rate = data.BaseRate;
        double error = Math.Sqrt(rate * (1 - rate) * ((1.0 / data.Rows) + (1.0 / data.ValidationRows)));
        if (Math.Abs(validationRate - rate) > DriftErrors * error)
            warn($"the base rate is {rate:0.####} in training and {validationRate:0.####} in validation, which is more than chance: scores will be off in the same direction");
    }
}
