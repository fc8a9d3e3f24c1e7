using System.Diagnostics;
using CtrRuntime.Cli.Output;
using CtrRuntime.Trainer;

namespace CtrRuntime.Cli.Training;

/// <summary>Training progress as plain lines, one per epoch but at most one a second in a run of many: for logs and pipes.</summary>
internal sealed class PlainProgress(TextWriter error, string lossName) : ITrainingProgress
{
    private const int AlwaysShown = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private long _lastLine;

    /// <inheritdoc/>
    public void Warning(string message) => error.WriteLine($"ctr: warning: {message}");

    /// <inheritdoc/>
    public void Reading(string path, long rows, long bytes)
    {
        // A log wants results, not movement.
    }

    /// <inheritdoc/>
    public void DataLoaded(DataSummary data) => error.WriteLine(ProgressText.Data(data));

    /// <inheritdoc/>
    public void EpochProgress(int epoch, int epochs, long rows, long totalRows, double rowsPerSecond)
    {
    }

    /// <inheritdoc/>
    public void EpochDone(EpochReport epoch)
    {
        if (epoch.Epoch > AlwaysShown && Stopwatch.GetElapsedTime(_lastLine) < Pause) return;
        _lastLine = Stopwatch.GetTimestamp();
        string validation = epoch.ValidationLoss is { } loss ? $"  validation {lossName} {Numbers.Real(loss)}" : "";
        string auc = epoch.ValidationAuc is { } area ? $"  auc {Numbers.Real(area)}" : "";
        error.WriteLine(
            $"epoch {epoch.Epoch,3}  training {lossName} {Numbers.Real(epoch.TrainLoss)}{validation}{auc}  {epoch.Seconds:0.0} s  " +
            $"{Numbers.Large(epoch.RowsPerSecond)} rows/s{(epoch.IsBest ? "  best" : "")}");
    }
}
