using CtrRuntime.Cli.Output;
using CtrRuntime.Trainer;
using Spectre.Console;

namespace CtrRuntime.Cli.Training;

/// <summary>Training progress on a terminal: a table with a row per epoch, and below it what is going on now.</summary>
internal sealed class TerminalProgress : ITrainingProgress
{
    private readonly Table _table;
    private readonly LiveDisplayContext _live;
    private readonly CommandStreams _streams;

    private TerminalProgress(Table table, LiveDisplayContext live, CommandStreams streams)
    {
        _table = table;
        _live = live;
        _streams = streams;
    }

    /// <summary>Runs <paramref name="train"/> while the table is live.</summary>
    public static TrainingReport Run(CommandStreams streams, string lossName, Func<ITrainingProgress, TrainingReport> train)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(streams.Error) });
        var table = new Table().Border(TableBorder.Simple);
        foreach (string header in (string[])["epoch", $"training {lossName}", $"validation {lossName}", "auc", "seconds", "rows/s", ""])
            table.AddColumn(new TableColumn(header) { NoWrap = true }.RightAligned());
        return console.Live(table).AutoClear(false).Start(live => train(new TerminalProgress(table, live, streams)));
    }

    /// <inheritdoc/>
    public void Warning(string message)
    {
        _table.Title = new TableTitle(Markup.Escape($"warning: {message}"), new Style(Color.Yellow));
        _live.Refresh();
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
        _table.AddRow(
            epoch.Epoch.ToString(),
            Numbers.Real(epoch.TrainLoss),
            epoch.ValidationLoss is { } loss ? Numbers.Real(loss) : "",
            epoch.ValidationAuc is { } auc ? Numbers.Real(auc) : "",
            epoch.Seconds.ToString("0.0"),
            Numbers.Large(epoch.RowsPerSecond),
            epoch.IsBest ? "best" : "");
        _live.Refresh();
    }

    private void Say(string text)
    {
        _table.Caption = new TableTitle(Markup.Escape(text));
        _live.Refresh();
    }
}
