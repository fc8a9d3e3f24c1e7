using System.Text;
using System.Text.Json;
using CtrRuntime.Input;
using CtrRuntime.Model;
using CtrRuntime.Tests;
using CtrRuntime.Trainer.Metrics;
using CtrRuntime.Trainer.Tests.Solvers;

namespace CtrRuntime.Trainer.Tests;

/// <summary>Whole runs of solver <c>lbfgs</c>: text in, model file out.</summary>
public sealed class LbfgsRunTests : IDisposable
{
    private readonly TrainingRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    [Theory]
    [InlineData(Loss.Logistic, 1)]
    [InlineData(Loss.Logistic, 0.01)]
    [InlineData(Loss.Squared, 1)]
    public void The_file_has_the_weights_of_the_optimum(Loss loss, double l2)
    {
        string log = TrainingRuns.Log(1, 500, several: true, ratings: loss == Loss.Squared);
        TrainingReport report = TrainingRuns.Train(Options(log) with { Loss = loss, L2 = l2 });
        LinearReference reference = new LinearReference(loss, l2).Read(log.Split('\n'));
        double first = reference.GradientNorm(_ => 0, 0);
        using CtrModel model = CtrModel.Open(_runs.ModelPath, new() { VerifyAll = true });
        Assert.Equal(loss == Loss.Squared ? Link.Identity : Link.Sigmoid, model.Info.Link);

        // The weights in the file are rounded to single precision.
        Assert.InRange(reference.GradientNorm(Weight, model.Info.Bias), 0, 1e-5 * first);
        Assert.Equal(reference.Objective(Weight, model.Info.Bias), report.Best.Objective!.Value, 1e-10 * report.Best.Objective.Value);
        Assert.Equal((report.Epochs.Count, false), (report.BestEpoch, report.StoppedEarly));
        Assert.Empty(report.Warnings);

        double Weight(ulong key) => WeightOf(model, key);
    }

    [Fact]
    public void Every_epoch_lowers_the_objective_and_is_watched()
    {
        TrainingOptions options = Options(TrainingRuns.Log(1, 300), TrainingRuns.Log(2, 200));
        TrainingReport report = TrainingRuns.Train(options);
        for (int e = 1; e < report.Epochs.Count; e++) Assert.True(report.Epochs[e].Objective <= report.Epochs[e - 1].Objective * (1 + 1e-14));
        Assert.All(report.Epochs, epoch => Assert.True(epoch is { IsBest: true, ValidationLoss: > 0, ValidationAuc: > 0, RowsPerSecond: > 0 }));
        MetricValues metrics = TrainingRuns.Evaluate(_runs.ModelPath, options.Validation!, "libffm");
        Assert.Equal(report.Best.ValidationLoss!.Value, metrics[MetricNames.Logloss], 1e-9);
        Assert.Equal(report.Best.ValidationAuc!.Value, metrics[MetricNames.Auc], 1e-9);
        Assert.Equal(TrainingRuns.Evaluate(_runs.ModelPath, options.Data, "libffm")[MetricNames.Logloss], report.Best.TrainLoss, 1e-7);
    }

    [Fact]
    public void The_same_data_give_the_same_bytes_whatever_the_seed_and_the_validation_rows()
    {
        TrainingOptions options = Options(TrainingRuns.Log(1, 400));
        TrainingRuns.Train(options);
        byte[] first = File.ReadAllBytes(_runs.ModelPath);
        TrainingRuns.Train(options with { Seed = 2 });
        Assert.Equal(first, File.ReadAllBytes(_runs.ModelPath));
        float[] weights = Weights();
        TrainingRuns.Train(options with { Validation = _runs.Write("validation.txt", TrainingRuns.Log(2, 50)) });
        Assert.Equal(weights, Weights());

        float[] Weights()
        {
            using CtrModel model = CtrModel.Open(_runs.ModelPath);
            return [model.Info.Bias, .. Enumerable.Range(0, 24).Select(key => WeightOf(model, (ulong)key))];
        }
    }

    [Fact]
    public void A_weight_is_as_many_rows()
    {
        var weighted = new StringBuilder("label,weight,a,b\n");
        var repeated = new StringBuilder("label,weight,a,b\n");
        var random = new Random(4);
        for (int r = 0; r < 100; r++)
        {
            int weight = 1 + random.Next(5);
            string row = $"a{random.Next(4)},b{random.Next(3)}\n";
            int label = random.Next(2);
            weighted.Append($"{label},{weight},{row}");
            for (int time = 0; time < weight; time++) repeated.Append($"{label},1,{row}");
        }

        TrainingReport one = TrainingRuns.Train(Options(weighted.ToString()) with { Format = "csv", Weight = "weight" });
        double[] scores = Scores();
        TrainingReport other = TrainingRuns.Train(Options(repeated.ToString()) with { Format = "csv", Weight = "weight" });
        Assert.Equal(one.Best.Objective!.Value, other.Best.Objective!.Value, 1e-10 * one.Best.Objective.Value);
        Assert.All(scores.Zip(Scores()), pair => Assert.Equal(pair.First, pair.Second, 1e-6));

        double[] Scores()
        {
            using CtrModel model = CtrModel.Open(_runs.ModelPath);
            var scores = new float[12];
            for (int pair = 0; pair < 12; pair++)
            {
                ulong[] keys = [model.Key(0, Encoding.UTF8.GetBytes($"a{pair % 4}")), model.Key(1, Encoding.UTF8.GetBytes($"b{pair / 4}"))];
                model.Score([0, 2], [0, 1], keys, [1, 1], scores.AsSpan(pair, 1));
            }

            return [.. scores];
        }
    }

    [Fact]
    public void A_slot_that_never_occurs_has_no_weight()
    {
        TrainingRuns.Train(Options("1 0:0:1 1:3:1\n0 0:0:1 1:5:1\n1 0:0:2\n") with { Index = IndexKind.Direct, L2 = 0.5 });
        using CtrModel model = CtrModel.Open(_runs.ModelPath);
        Assert.Equal(6, model.Info.SlotCount);
        Assert.Equal([false, true, true, false, true, false], Enumerable.Range(0, 6).Select(key => WeightOf(model, (ulong)key) == 0));
    }

    [Fact]
    public void Rows_that_teach_nothing_leave_everything_at_zero()
    {
        TrainingReport report = TrainingRuns.Train(Options("1 0:1:1\n0 0:1:1\n"));
        Assert.Equal((1, 2 * Math.Log(2)), (report.Epochs.Count, report.Best.Objective!.Value));
        using CtrModel model = CtrModel.Open(_runs.ModelPath);
        Assert.Equal((0f, 0f), (model.Info.Bias, WeightOf(model, 1)));
    }

    [Fact]
    public void Separable_rows_end_at_a_ridge_however_small()
    {
        TrainingReport report = TrainingRuns.Train(Options("1 0:1:1 1:3:1\n0 0:2:1 1:3:1\n1 0:1:1 1:4:1\n0 0:2:1 1:4:1\n") with { L2 = 1e-6 });
        Assert.Empty(report.Warnings);
        Assert.InRange(report.Best.TrainLoss, 1e-8, 1e-4);
    }

    [Fact]
    public void Too_few_epochs_are_worth_a_warning()
    {
        TrainingReport report = TrainingRuns.Train(Options(TrainingRuns.Log(1, 300)) with { Epochs = 2 });
        Assert.Equal(2, report.Epochs.Count);
        Assert.StartsWith("not at the optimum: the gradient is ", Assert.Single(report.Warnings), StringComparison.Ordinal);
        Assert.Equal(2, report.Options.Epochs);
    }

    [Fact]
    public void A_run_that_is_cancelled_leaves_the_old_model()
    {
        string old = _runs.Write("model.ctr", "old");
        using var cancellation = new CancellationTokenSource();
        var progress = new Canceller(cancellation);
        Assert.Throws<OperationCanceledException>(() => ModelTrainer.Train(Options(TrainingRuns.Log(1, 3000)), progress, cancellation.Token));
        Assert.Equal(1, progress.Epochs);
        Assert.Equal("old", File.ReadAllText(old));
    }

    [Fact]
    public void Report_and_metadata_say_what_was_used_and_nothing_of_adagrad()
    {
        TrainingReport report = TrainingRuns.Train(Options(TrainingRuns.Log(1, 100)));
        TrainingOptions used = report.Options;
        Assert.Equal((Solver.Lbfgs, 1000, 1.0), (used.Solver, used.Epochs, used.L2));
        Assert.All(new double?[] { used.LearningRate, used.LinearLearningRate, used.LinearL2, used.Averaging, used.Patience }, number => Assert.Null(number));
        using CtrModel model = CtrModel.Open(_runs.ModelPath);
        JsonElement metadata = JsonDocument.Parse(model.File.Section(SectionId.Metadata).ToArray()).RootElement;
        Assert.Equal(
            ["format", "solver", "loss", "epochs", "l2", "index", "min_count"],
            metadata.GetProperty("options").EnumerateObject().Select(option => option.Name));
        Assert.Equal("lbfgs", metadata.GetProperty("options").GetProperty("solver").GetString());
        Assert.Equal(report.Best.Objective, metadata.GetProperty("result").GetProperty("objective").GetDouble());
    }

    public static TheoryData<Func<TrainingOptions, TrainingOptions>, string> BadOptions => new()
    {
        { o => o with { Kind = "ffm" }, "solver lbfgs trains linear models (kind lr), not ffm" },
        { o => o with { Kind = "poly2" }, "solver lbfgs trains linear models (kind lr), not poly2" },
        { o => o with { LearningRate = 0.1 }, "solver lbfgs has no learning rate" },
        { o => o with { LinearLearningRate = 0.1 }, "solver lbfgs has no learning rate" },
        { o => o with { LinearL2 = 1 }, "no linear L2 of its own" },
        { o => o with { Averaging = 0 }, "no averaging" },
        { o => o with { EarlyStop = StopMetric.LogLoss }, "neither early stopping nor patience" },
        { o => o with { Patience = 4 }, "neither early stopping nor patience" },
        { o => o with { L2 = double.NaN }, "the L2" },
        { o => o with { Epochs = 0 }, "at least one epoch" },
        { o => o with { Solver = 0 }, "there is no solver 0" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Bad_options_are_refused(Func<TrainingOptions, TrainingOptions> with, string message)
    {
        ArgumentNullException.ThrowIfNull(with);
        TrainingRuns.Refused(with(Options("1 0:1:1\n0 0:2:1\n")), CtrStatus.InvalidArgument, message);
    }

    // LIBLINEAR 2.50, train -s 0 -B 1 -c 1 -e 1e-8 on the same rows, features numbered from 1.
    [SharedDataFact]
    public void The_objective_is_that_of_liblinear_on_adult() => ObjectiveIs("adult", 8826.39416348163);

    [SharedDataFact]
    public void The_objective_is_that_of_liblinear_on_bank() => ObjectiveIs("bank", 7589.740597445217);

    private void ObjectiveIs(string set, double expected)
    {
        string data = Path.Combine(SharedDataFactAttribute.Folder!, "encoded", $"{set}.train.ffm");
        TrainingReport report = TrainingRuns.Train(Options("") with { Data = data });
        Assert.Equal(expected, report.Best.Objective!.Value, 1e-6 * expected);
        Assert.Empty(report.Warnings);
        using CtrModel model = CtrModel.Open(_runs.ModelPath);
        double served = new LinearReference(Loss.Logistic, 1).Read(File.ReadLines(data)).Objective(key => WeightOf(model, key), model.Info.Bias);
        Assert.Equal(expected, served, 1e-6 * expected);
    }

    private static float WeightOf(CtrModel model, ulong key)
    {
        model.File.Index.Find(key, out float weight);
        return weight;
    }

    private TrainingOptions Options(string training, string? validation = null) =>
        _runs.Options("lr", "libffm", training, validation) with { Solver = Solver.Lbfgs };

    private sealed class Canceller(CancellationTokenSource cancellation) : ITrainingProgress
    {
        public int Epochs { get; private set; }

        public void Warning(string message)
        {
        }

        public void Reading(string path, long rows, long bytes)
        {
        }

        public void DataLoaded(DataSummary data)
        {
        }

        public void EpochProgress(int epoch, int epochs, long rows, long totalRows, double rowsPerSecond) => Assert.InRange(rows, 1, totalRows);

        public void EpochDone(EpochReport epoch)
        {
            Epochs++;
            cancellation.Cancel();
        }
    }
}
