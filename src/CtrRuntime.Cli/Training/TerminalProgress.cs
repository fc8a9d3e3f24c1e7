using System.Diagnostics;
using CtrRuntime.Cli.Output;
using CtrRuntime.Trainer;
using Spectre.Console;

namespace CtrRuntime.Cli.Training;

/// <summary>Training progress on a terminal: a table of the latest epochs, and below it what is going on now.</summary>
internal sealed class TerminalProgress : ITrainingProgress
{
    // A table that is higher than the screen, or drawn more often than eyes can follow, only costs time.
    private const int ShownEpochs = 20;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Table _table;
    private readonly LiveDisplayContext _live;
    private long _lastRefresh;

    private TerminalProgress(Table table, LiveDisplayContext live)
    {
        _table = table;
        _live = live;
    }

    /// <summary>Runs <paramref name="train"/> while the table is live.</summary>
    public static TrainingReport Run(CommandStreams streams, string lossName, Func<ITrainingProgress, TrainingReport> train)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(streams.Error) });
        var table = new Table().Border(TableBorder.Simple);
        foreach (string header in (string[])["epoch", $"training {lossName}", $"validation {lossName}", "auc", "seconds", "rows/s", ""])
            table.AddColumn(new TableColumn(header) { NoWrap = true }.RightAligned());
        return console.Live(table).AutoClear(false).Start(live =>
        {
            var report = train(new TerminalProgress(table, live));
            // The end of the run stays on the screen, whenever the last refresh was.
            live.Refresh();
            return report;
        });
    }

    /// <inheritdoc/>
    public void Warning(string message)
    {
        string before = _table.Title is null ? "" : $"{_table.Title.Text}\n";
        _table.Title = new TableTitle($"{before}{Markup.Escape($"warning: {message}")}", new Style(Color.Yellow));
        Refresh();
    }

    /// <inheritdoc/>
    public void Reading(string path, long rows, long bytes) => Say($"reading {path}: {rows} rows, {Numbers.Bytes(bytes)}");

    /// <inheritdoc/>
    public void DataLoaded(DataSummary data) => Say(ProgressText.Data(data));

    /// <inheritdoc/>
    public void EpochProgress(int epoch, int epochs, long rows, long totalRows, double rowsPerSecond) =>
        Say($"epoch {epoch} of at most {epochs}: {100.0 * rows / Math.Max(1, totalRows):0} %, {Numbers.Large(rowsPerSecond)} rows/s");

    /// <inheritdoc/>
    public void EpochDone(EpochReport epoch)
    {
        if (_table.Rows.Count == ShownEpochs) _table.RemoveRow(0);
        _table.AddRow(
            epoch.Epoch.ToString(),
            Numbers.Real(epoch.TrainLoss),
            epoch.ValidationLoss is { } loss ? Numbers.Real(loss) : "",
            epoch.ValidationAuc is { } auc ? Numbers.Real(auc) : "",
            epoch.Seconds.ToString("0.0"),
            Numbers.Large(epoch.RowsPerSecond),
            epoch.IsBest ? "best" : "");
        Refresh();
    }

    private void Say(string text)
    {
        _table.Caption = new TableTitle(Markup.Escape(text));
        Refresh();
    }

    private void Refresh()
    {
        if (Stopwatch.GetElapsedTime(_lastRefresh) < Pause) return;
        _lastRefresh = Stopwatch.GetTimestamp();
        _live.Refresh();
    }
}
