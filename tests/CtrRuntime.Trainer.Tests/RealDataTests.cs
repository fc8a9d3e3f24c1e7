using CtrRuntime.Tests;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Trainer.Tests;

/// <summary>
/// Default settings on real data, with a few epochs only and bounds that leave room: what full runs reach is some thousandths lower
/// (see the comments).
/// </summary>
public sealed class RealDataTests : IDisposable
{
    private readonly TrainingRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    // Full runs, mean of three seeds: lr .3064, ffm .3027.
    [SharedDataFact]
    public void Ffm_is_better_than_lr_on_adult() => FfmIsBetterThanLr("adult", 0.3060);

    // Full runs: lr .2821, ffm .2799.
    [SharedDataFact]
    public void Ffm_is_better_than_lr_on_bank() => FfmIsBetterThanLr("bank", 0.2820);

    // Full runs: .2799.
    [SharedDataFact]
    public void Binned_columns_of_a_csv_file_do_better_than_the_encoded_rows()
    {
        string data = SharedDataFactAttribute.Folder!;
        string[] lines = File.ReadAllLines(Path.Combine(data, "adult.train.csv"));
        string[] parts = File.ReadAllLines(Path.Combine(data, "adult.train.split"));
        int header = parts.Length - (lines.Length - 1);
        TrainingOptions options = _runs.Options("ffm", "csv", Part("train"), Part("validation")) with
        {
            Numeric = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"],
            Ignored = ["fnlwgt"],
            Epochs = 5,
        };
        TrainingReport report = TrainingRuns.Train(options);
        Assert.Equal((29305L, 13), (report.Data.Rows, report.Data.Fields));
        Assert.InRange(TrainingRuns.Evaluate(_runs.ModelPath, Path.Combine(data, "adult.test.csv"), "csv")[MetricNames.Logloss], 0.27, 0.285);

        string Part(string name) =>
            string.Join('\n', lines.Where((_, line) => line == 0 || parts[line - 1 + header].Trim() == name)) + "\n";
    }

    private void FfmIsBetterThanLr(string set, double bound)
    {
        double lr = TestLogLoss("lr", set);
        double ffm = TestLogLoss("ffm", set);
        Assert.True(ffm < lr, $"ffm {ffm}, lr {lr}");
        Assert.InRange(ffm, bound - 0.01, bound);
    }

    private double TestLogLoss(string kind, string set)
    {
        string encoded = Path.Combine(SharedDataFactAttribute.Folder!, "encoded");
        TrainingRuns.Train(new()
        {
            Kind = kind,
            Format = "libffm",
            Data = Path.Combine(encoded, $"{set}.train.ffm"),
            Validation = Path.Combine(encoded, $"{set}.validation.ffm"),
            ModelPath = _runs.ModelPath,
            Epochs = 6,
        });
        return TrainingRuns.Evaluate(_runs.ModelPath, Path.Combine(encoded, $"{set}.test.ffm"), "libffm")[MetricNames.Logloss];
    }
}
