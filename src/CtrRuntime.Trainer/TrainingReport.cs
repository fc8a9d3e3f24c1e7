namespace CtrRuntime.Trainer;

/// <summary>What a training run made and how it went; what <c>ctr train --json</c> writes.</summary>
/// <param name="Kind">Name of the model kind.</param>
/// <param name="Options">The options as they were used: no default is left open.</param>
/// <param name="Data">What was read.</param>
/// <param name="Epochs">One entry per epoch.</param>
/// <param name="BestEpoch">The epoch that is in the file, counted from 1.</param>
/// <param name="StoppedEarly">Whether the patience ran out before the epochs did.</param>
/// <param name="ModelBytes">Size of the model file.</param>
/// <param name="Seconds">Seconds of the whole run.</param>
/// <param name="Warnings">What the user should know, in the order it was found.</param>
public sealed record TrainingReport(
    string Kind,
    TrainingOptions Options,
    DataSummary Data,
    IReadOnlyList<EpochReport> Epochs,
    int BestEpoch,
    bool StoppedEarly,
    long ModelBytes,
    double Seconds,
    IReadOnlyList<string> Warnings)
{
    /// <summary>The report of <see cref="BestEpoch"/>.</summary>
    public EpochReport Best => Epochs[BestEpoch - 1];
}
