using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Trainer.Tests;

/// <summary>Whole runs: text in, model file out, scored by the runtime.</summary>
public sealed class ModelTrainerTests : IDisposable
{
    private readonly TrainingRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    private static int FieldsOf(string kind) => ModelKinds.Find(kind)!.ExactFields ?? 4;

    [Theory]
    [MemberData(nameof(TestModels.Kinds), MemberType = typeof(TestModels))]
    public void The_same_run_gives_the_same_bytes_and_another_seed_others(string kind)
    {
        TrainingOptions options = _runs.Options(
            kind, "libffm", TrainingRuns.Log(1, 400, FieldsOf(kind)), TrainingRuns.Log(2, 100, FieldsOf(kind))) with { PairBits = null, Epochs = 3 };
        TrainingRuns.Train(options);
        byte[] first = File.ReadAllBytes(_runs.ModelPath);
        TrainingRuns.Train(options with { ModelPath = _runs.File("again.ctr") });
        Assert.Equal(first, File.ReadAllBytes(_runs.File("again.ctr")));
        TrainingRuns.Train(options with { Seed = 2, ModelPath = _runs.File("other.ctr") });
        Assert.NotEqual(first, File.ReadAllBytes(_runs.File("other.ctr")));
    }

    [Theory]
    [MemberData(nameof(TestModels.Kinds), MemberType = typeof(TestModels))]
    public void The_file_scores_as_the_best_epoch_did(string kind)
    {
        string validation = TrainingRuns.Log(2, 200, FieldsOf(kind));
        TrainingOptions options = _runs.Options(kind, "libffm", TrainingRuns.Log(1, 300, FieldsOf(kind)), validation) with
        {
            Epochs = 60,
            LearningRate = 0.5,
            L2 = 0,
            LinearL2 = 0,
            Loss = Loss.Logistic,
            Patience = 5,
        };
        TrainingReport report = TrainingRuns.Train(options);

        // So many epochs at such a rate learn the rows by heart: the best epoch is not the last.
        Assert.True(report.StoppedEarly);
        Assert.Equal(report.BestEpoch + 5, report.Epochs.Count);
        Assert.Equal(report.Epochs.Min(epoch => epoch.ValidationLoss), report.Best.ValidationLoss);
        MetricValues metrics = TrainingRuns.Evaluate(_runs.ModelPath, options.Validation!, "libffm");
        Assert.Equal(report.Best.ValidationLoss!.Value, metrics[MetricNames.Logloss], 1e-9);
        Assert.Equal(report.Best.ValidationAuc!.Value, metrics[MetricNames.Auc], 1e-9);
    }

    [Theory]
    [InlineData("poly2")]
    [InlineData("mf")]
    [InlineData("fm")]
    [InlineData("ffm")]
    public void Pairs_are_learned_where_linear_terms_cannot(string kind)
    {
        int fields = FieldsOf(kind);
        TrainingOptions options = _runs.Options(kind, "libffm", TrainingRuns.Log(1, 4000, fields), TrainingRuns.Log(2, 1000, fields)) with { Loss = Loss.Logistic };
        double auc = TrainingRuns.Train(options).Best.ValidationAuc!.Value;

        // The best possible AUC is .75 (clicks of 3 in 4 against 1 in 4); lr is left with chance.
        Assert.InRange(auc, 0.7, 0.8);
        Assert.InRange(TrainingRuns.Train(options with { Kind = "lr" }).Best.ValidationAuc!.Value, 0.4, 0.6);
    }

    [Theory]
    [InlineData("fm")]
    [InlineData("ffm")]
    [InlineData("poly2")]
    public void Several_features_a_field_and_real_values_train_and_score_alike(string kind)
    {
        TrainingOptions options = _runs.Options(kind, "libffm", TrainingRuns.Log(1, 500, several: true), TrainingRuns.Log(2, 200, several: true)) with { Epochs = 5 };
        TrainingReport report = TrainingRuns.Train(options);
        MetricValues metrics = TrainingRuns.Evaluate(_runs.ModelPath, options.Validation!, "libffm");
        Assert.Equal(report.Best.ValidationLoss!.Value, metrics[MetricNames.Logloss], 1e-9);
        Assert.True(report.Best.TrainLoss < report.Epochs[0].TrainLoss || report.BestEpoch == 1);
    }

    [Fact]
    public void Ratings_are_learned_by_mf_with_an_identity_link()
    {
        TrainingOptions options = _runs.Options("mf", "libffm", TrainingRuns.Log(1, 3000, 2, ratings: true), TrainingRuns.Log(2, 500, 2, ratings: true));
        TrainingReport report = TrainingRuns.Train(options);
        using CtrModel model = CtrModel.Open(_runs.ModelPath);
        Assert.Equal(Link.Identity, model.Info.Link);
        Assert.Null(report.Best.ValidationAuc);

        // Ratings are 1 or 3, plus 0 or 1 at random: ½ is the best possible RMSE, and more than 1 is what the mean alone has.
        Assert.InRange(report.Best.ValidationLoss!.Value, 0.48, 0.6);
        Assert.InRange(report.Data.BaseRate, 2.2, 2.8);
    }

    [Fact]
    public void Mf_takes_the_features_of_libsvm_text_in_their_order_as_user_and_item()
    {
        TrainingOptions options = _runs.Options("mf", "libsvm", "4 1:1 101:1\n2 2:1 101:1\n5 1:1 102:1\n1 2:1 102:1\n") with { Epochs = 3 };
        TrainingReport report = TrainingRuns.Train(options);
        Assert.Equal(2, report.Data.Fields);
        Assert.True(double.IsFinite(TrainingRuns.Evaluate(_runs.ModelPath, options.Data, "libsvm")[MetricNames.Rmse]));
        TrainingRuns.Refused(_runs.Options("mf", "libsvm", "4 1:1 101:1\n2 2:1\n"), CtrStatus.Data, "train.txt:2:1: mf needs one feature in each of 2 fields");
        TrainingRuns.Refused(_runs.Options("mf", "libffm", "4 0:1:1 0:101:1\n"), CtrStatus.Data, "train.txt:1:1: mf needs one feature in each of 2 fields");
        TrainingRuns.Refused(_runs.Options("mf", "csv", "label,a,b,c\n1,2,3,4\n"), CtrStatus.Data, "mf needs exactly 2 fields, not 3");
    }

    [Fact]
    public void Slots_go_to_frequent_features_first_and_then_by_key()
    {
        TrainingRuns.Train(_runs.Options("lr", "libsvm", "1 7:1 5:1 3:1\n0 5:1 9:1\n1 5:1 9:1 4:0\n") with { Epochs = 1 });
        using CtrModel model = CtrModel.Open(_runs.ModelPath);
        Assert.Equal([0u, 1, 2, 3, SlotIndex.Unknown], new ulong[] { 5, 9, 3, 7, 4 }.Select(model.File.Index.Find));
    }

    [Fact]
    public void Rare_features_do_not_exist()
    {
        TrainingOptions options = _runs.Options("fm", "libsvm", "1 1:1 2:1\n0 1:1 3:1\n1 2:1 1:1\n0 4:1\n") with { MinCount = 2, Epochs = 2 };
        Assert.Equal(2, TrainingRuns.Train(options).Data.Features);
        using CtrModel model = CtrModel.Open(_runs.ModelPath);
        Assert.Equal([0u, 1, SlotIndex.Unknown], new ulong[] { 1, 2, 3 }.Select(model.File.Index.Find));
        TrainingRuns.Refused(options with { MinCount = 9 }, CtrStatus.Data, "no row has a feature of the minimum count");
        TrainingRuns.Refused(options with { Index = IndexKind.Hashed }, CtrStatus.InvalidArgument, "minimum count needs an exact index");
    }

    [Theory]
    [InlineData(IndexKind.Direct)]
    [InlineData(IndexKind.Hashed)]
    public void Other_indices_train_and_score_alike(IndexKind index)
    {
        foreach (string kind in new[] { "lr", "poly2", "fm", "ffm" })
        {
            TrainingOptions options = _runs.Options(kind, "libffm", TrainingRuns.Log(1, 300), TrainingRuns.Log(2, 100)) with { Index = index, IndexBits = 4, Epochs = 4 };
            TrainingReport report = TrainingRuns.Train(options);
            using (CtrModel model = CtrModel.Open(_runs.ModelPath)) Assert.Equal(index == IndexKind.Hashed ? 16 : 24, model.Info.SlotCount);
            Assert.Equal(report.Best.ValidationLoss!.Value, TrainingRuns.Evaluate(_runs.ModelPath, options.Validation!, "libffm")[MetricNames.Logloss], 1e-9);
        }
    }

    [Fact]
    public void A_weight_counts_as_so_many_rows()
    {
        TrainingOptions options = _runs.Options("fm", "csv", "label,weight,a,b\n1,2,x,y\n0,1,x,z\n0,0,q,z\n") with { Weight = "weight", Epochs = 1 };
        DataSummary weighted = TrainingRuns.Train(options).Data;
        Assert.Equal((2L, 3.0, 3L), (weighted.Rows, weighted.WeightedRows, weighted.Features));
        Assert.Equal(2.0 / 3, weighted.BaseRate, 12);
    }

    [Fact]
    public void Without_a_validation_file_all_epochs_are_run_and_the_last_is_kept()
    {
        TrainingReport report = TrainingRuns.Train(_runs.Options("lr", "libffm", TrainingRuns.Log(1, 100)) with { Epochs = 6 });
        Assert.Equal((6, 6, false), (report.BestEpoch, report.Epochs.Count, report.StoppedEarly));
        Assert.Null(report.Best.ValidationLoss);
        Assert.Contains(report.Warnings, warning => warning.Contains("no validation file", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_that_fails_or_is_cancelled_leaves_the_old_model()
    {
        string old = _runs.Write("model.ctr", "old");
        TrainingOptions options = _runs.Options("ffm", "libffm", TrainingRuns.Log(1, 3000));
        TrainingRuns.Refused(options with { Validation = _runs.Write("bad.txt", "1 0:x:1\n") }, CtrStatus.Data, "bad.txt:1:5");
        using var cancellation = new CancellationTokenSource();
        var progress = new Recorder { OnEpoch = cancellation.Cancel };
        Assert.Throws<OperationCanceledException>(() => ModelTrainer.Train(options, progress, cancellation.Token));
        Assert.Single(progress.Epochs);
        Assert.Equal("old", File.ReadAllText(old));
    }

    [Fact]
    public void Progress_hears_of_everything_in_order()
    {
        TrainingOptions options = _runs.Options("lr", "libffm", TrainingRuns.Log(1, 100), TrainingRuns.Log(2, 50)) with { Epochs = 3 };
        var progress = new Recorder();
        TrainingReport report = ModelTrainer.Train(options, progress, CancellationToken.None);
        Assert.Equal(report.Data, progress.Data);
        Assert.Equal(report.Epochs, progress.Epochs);
        Assert.Equal([(options.Data, 100L), (options.Validation!, 50L)], progress.Read);
        Assert.Equal(report.Warnings, progress.Warnings);
    }

    [Fact]
    public void The_report_leaves_no_default_open()
    {
        TrainingOptions used = TrainingRuns.Train(_runs.Options("ffm", "libffm", TrainingRuns.Log(1, 50)) with { Epochs = 1 }).Options;
        Assert.Equal((4, Loss.Logistic, StopMetric.LogLoss), (used.Latent, used.Loss, used.EarlyStop));
        Assert.All(new[] { used.LearningRate, used.LinearLearningRate, used.L2, used.LinearL2, used.InitialDeviation }, number => Assert.True(number > 0));
    }

    [Fact]
    public void Training_that_runs_away_says_so()
    {
        string log = "1 0:1:1e30 1:2:1e30\n0 0:1:-1e30 1:2:1e30\n1 0:3:1e38 1:2:-1e38\n";
        TrainingRuns.Refused(_runs.Options("fm", "libffm", log) with { LearningRate = 10 }, CtrStatus.Data, "training diverged in epoch 1");
    }

    [Fact]
    public void Rows_of_more_than_512_features_are_trained_on_but_are_not_golden()
    {
        string wide = string.Concat(Enumerable.Range(0, 600).Select(i => $" {i}:1"));
        TrainingRuns.Train(_runs.Options("fm", "libsvm", $"1{wide}\n0 1:1\n0 2:1 3:1\n") with { Epochs = 1 });
        using CtrModel model = CtrModel.Open(_runs.ModelPath);
        GoldenRows golden = model.File.Golden;
        Assert.Equal((2, 1, 2), (golden.Count, golden.Read().Keys.Length, golden.Read().Keys.Length));
    }

    private sealed class Recorder : ITrainingProgress
    {
        public Action? OnEpoch { get; init; }
        public List<string> Warnings { get; } = [];
        public List<(string, long)> Read { get; } = [];
        public List<EpochReport> Epochs { get; } = [];
        public DataSummary? Data { get; private set; }

        public void Warning(string message) => Warnings.Add(message);

        public void Reading(string path, long rows, long bytes) => Read.Add((path, rows));

        public void DataLoaded(DataSummary data) => Data = data;

        public void EpochProgress(int epoch, int epochs, long rows, long totalRows, double rowsPerSecond) =>
            Assert.InRange(rows, 1, totalRows);

        public void EpochDone(EpochReport epoch)
        {
            Epochs.Add(epoch);
            OnEpoch?.Invoke();
        }
    }
}
