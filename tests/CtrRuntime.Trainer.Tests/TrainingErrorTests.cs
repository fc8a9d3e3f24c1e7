using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Learners;

namespace CtrRuntime.Trainer.Tests;

/// <summary>Data and options that cannot be trained on, each with a message that says why.</summary>
public sealed class TrainingErrorTests : IDisposable
{
    private const string Good = "1 0:1:1 1:2:1\n0 0:3:1 1:2:1\n";
    private readonly TrainingRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    [Theory]
    [InlineData("", "train.txt: there is no example")]
    [InlineData("1 0:1:1\n1 0:2:1\n", "train.txt: every label is 1, so that there is nothing to learn")]
    [InlineData("0 0:1:1\n2 0:2:1\n", "train.txt:2:1: label 2 is not 0 or 1 (nor -1 or 1), which logistic loss needs")]
    [InlineData("1 0:1:1\n0 0:2:1\n-1 0:2:1\n", "train.txt:3:1: label -1 where others are 0; labels are 0 and 1, or -1 and 1")]
    [InlineData("1 0:1:0\n0\n", "train.txt: no row has a feature")]
    [InlineData("1 0:1:1\n0 0:2:x\n", "train.txt:2:7: value 'x' is not a finite number")]
    public void Training_data_of_no_use(string training, string message) =>
        TrainingRuns.Refused(_runs.Options("ffm", "libffm", training), CtrStatus.Data, message);

    [Theory]
    [InlineData("", "validation.txt: there is no example")]
    [InlineData("1 0:7:1 1:8:1\n0 1:9:1\n", "validation.txt: no feature of the validation file occurs in the training file")]
    [InlineData("1 0:1:1\n3 0:1:1\n", "validation.txt:2:1: label 3 is not 0 or 1")]
    public void Validation_data_of_no_use(string validation, string message) =>
        TrainingRuns.Refused(_runs.Options("ffm", "libffm", Good, validation), CtrStatus.Data, message);

    [Fact]
    public void A_validation_file_of_one_class_has_no_auc()
    {
        TrainingOptions options = _runs.Options("ffm", "libffm", Good, "1 0:1:1\n1 1:2:1\n") with { Epochs = 2 };
        TrainingReport report = TrainingRuns.Train(options);
        Assert.Contains(report.Warnings, warning => warning.Contains("every label of the validation file is 1: there is no AUC", StringComparison.Ordinal));
        Assert.Null(report.Best.ValidationAuc);
        Assert.NotNull(report.Best.ValidationLoss);
        TrainingRuns.Refused(options with { EarlyStop = StopMetric.Auc }, CtrStatus.Data, "it has no AUC to stop by");
    }

    [Fact]
    public void Labels_of_minus_one_and_one_are_clicks()
    {
        TrainingReport report = TrainingRuns.Train(_runs.Options("lr", "libffm", "1 0:1:1\n-1 0:2:1\n-1 0:2:1\n-1 0:2:1\n") with { Epochs = 1 });
        Assert.Equal(0.25, report.Data.BaseRate);
    }

    [Fact]
    public void Base_rates_that_differ_by_more_than_chance_are_worth_a_warning()
    {
        string rare = string.Concat(Enumerable.Range(0, 1000).Select(i => i % 20 == 0 ? "1 0:1:1\n" : "0 0:1:1\n"));
        string frequent = string.Concat(Enumerable.Range(0, 1000).Select(i => i % 8 == 0 ? "1 0:1:1\n" : "0 0:1:1\n"));
        TrainingOptions options = _runs.Options("lr", "libffm", rare, frequent) with { Epochs = 1 };
        Assert.Contains(TrainingRuns.Train(options).Warnings, warning => warning.StartsWith("the base rate is 0.05 in training and 0.125 in validation", StringComparison.Ordinal));
        Assert.Empty(TrainingRuns.Train(_runs.Options("lr", "libffm", rare, rare) with { Epochs = 1 }).Warnings);
    }

    [Fact]
    public void Absent_files_are_an_io_error()
    {
        TrainingOptions options = _runs.Options("lr", "libffm", Good);
        TrainingRuns.Refused(options with { Data = _runs.File("absent") }, CtrStatus.Io, "absent");
        TrainingRuns.Refused(options with { Validation = _runs.File("absent") }, CtrStatus.Io, "absent");
        TrainingRuns.Refused(options with { ModelPath = Path.Combine(_runs.File("no"), "such", "model.ctr"), Epochs = 1 }, CtrStatus.Io, "model.ctr");
    }

    /// <summary>Options out of range or in contradiction, with a part of the message.</summary>
    public static TheoryData<Func<TrainingOptions, TrainingOptions>, string> BadOptions => new()
    {
        { o => o with { Kind = "gbdt" }, "kind 'gbdt' is not one of lr, poly2, mf, fm, ffm" },
        { o => o with { Format = "json" }, "format 'json' is not one of libffm" },
        { o => o with { Format = "libsvm" }, "ffm needs fields, which libsvm text does not have" },
        { o => o with { Latent = 0 }, "latent length" },
        { o => o with { Kind = "poly2", PairBits = 31 }, "pair bits" },
        { o => o with { Index = IndexKind.Hashed, IndexBits = 0 }, "index bits" },
        { o => o with { Epochs = 0 }, "at least one epoch" },
        { o => o with { Patience = 0 }, "patience" },
        { o => o with { LearningRate = 0 }, "learning rate" },
        { o => o with { LinearLearningRate = double.NaN }, "learning rate" },
        { o => o with { L2 = -1 }, "the L2" },
        { o => o with { LinearL2 = double.PositiveInfinity }, "the linear L2" },
        { o => o with { InitialDeviation = -1 }, "initial deviation" },
        { o => o with { Averaging = 1 }, "averaging" },
        { o => o with { Bins = 1 }, "bins" },
        { o => o with { MinCount = 0 }, "minimum count" },
        { o => o with { EarlyStop = StopMetric.Rmse }, "RMSE goes with squared loss" },
        { o => o with { Loss = Loss.Squared, EarlyStop = StopMetric.Auc }, "RMSE goes with squared loss" },
        { o => o with { Data = "-", Validation = "-" }, "cannot both be standard input" },
        { o => o with { Numeric = ["age"] }, "libffm text has no columns" },
        { o => o with { Format = "csv", Clicks = "c" }, "clicks and impressions come together" },
        { o => o with { Format = "csv", Clicks = "c", Impressions = "i", Label = "l" }, "take the place of label and weight" },
        { o => o with { Format = "csv", Clicks = "c", Impressions = "i", Loss = Loss.Squared }, "need logistic loss" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void Bad_options_are_refused(Func<TrainingOptions, TrainingOptions> with, string message)
    {
        ArgumentNullException.ThrowIfNull(with);
        TrainingRuns.Refused(with(_runs.Options("ffm", "libffm", Good)), CtrStatus.InvalidArgument, message);
    }

    [Fact]
    public void Every_kind_has_a_learner() =>
        Assert.Equal(ModelKinds.All.Select(kind => kind.Name), LearnerKinds.All.Select(learner => learner.Name));
}
