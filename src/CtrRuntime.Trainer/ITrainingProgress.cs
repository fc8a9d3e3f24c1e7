namespace CtrRuntime.Trainer;

/// <summary>
/// Hears how a training run goes, on the thread that trains. Each member is called often enough for a display
/// and rarely enough to cost nothing.
/// </summary>
public interface ITrainingProgress
{
    /// <summary>Something the user should know; also in <see cref="TrainingReport.Warnings"/>.</summary>
    void Warning(string message);

    /// <summary>So many rows and (decompressed) bytes of a file have been read.</summary>
    void Reading(string path, long rows, long bytes);

    /// <summary>All data are in memory; the first epoch follows.</summary>
    void DataLoaded(DataSummary data);

    /// <summary>The epoch (counted from 1, at most <paramref name="epochs"/> of them) has trained on so many of its rows.</summary>
    void EpochProgress(int epoch, int epochs, long rows, long totalRows, double rowsPerSecond);

    /// <summary>An epoch is trained and validated.</summary>
    void EpochDone(EpochReport epoch);
}
