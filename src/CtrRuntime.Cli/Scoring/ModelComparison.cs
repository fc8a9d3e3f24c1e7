using System.Diagnostics;
using CtrRuntime.Input;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Cli.Scoring;

/// <summary>
/// Two models of the same features on the same rows: how well the scores of each fit the labels, and what a row costs each on one thread. For
/// the cost the first rows are kept and scored by the two in turn, pass after pass; the fastest pass of each counts.
/// </summary>
internal sealed class ModelComparison
{
    /// <summary>Batches that are kept for measuring the cost.</summary>
    private const int TimedBatches = 8;
    private const int LeastPasses = 5;
    private static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(.3);

    private readonly List<RowBuffer> _timed = [];

    /// <summary>What was found about one of the models.</summary>
    internal sealed class Side
    {
        /// <summary>The metrics; null unless there were labelled rows.</summary>
        public MetricValues? Metrics { get; set; }

        /// <summary>The fastest pass in nanoseconds per row; NaN when there was no row.</summary>
        public double Nanoseconds { get; set; } = double.NaN;
    }

    /// <summary>The first model.</summary>
    public Side Before { get; } = new();

    /// <summary>The second model.</summary>
    public Side After { get; } = new();

    /// <summary>Features of the labelled rows.</summary>
    public long Features { get; private set; }

    /// <summary>How many of them the models do not know.</summary>
    public long Unknown { get; private set; }

    /// <summary>Compares on labelled rows.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Data"/>: a row is refused, or there is none.</exception>
    public void Run(CtrModel before, CtrModel after, ExampleReader reader, string source, CancellationToken cancellation)
    {
        Evaluation evaluationBefore = Evaluation.For(before.Info.Link), evaluationAfter = Evaluation.For(after.Info.Link);
        var batch = new RowBuffer();
        while (batch.Fill(reader))
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Score(before, source, logits: false);
            batch.AddTo(evaluationBefore);
            Features += batch.Features;
            Unknown += batch.Unknown;
            batch.Score(after, source, logits: false);
            batch.AddTo(evaluationAfter);
            if (_timed.Count == TimedBatches) continue;
            _timed.Add(batch);
            batch = new RowBuffer();
        }

        if (_timed.Count == 0) throw new CtrException(CtrStatus.Data, $"{source}: there are no examples in it");
        Before.Metrics = evaluationBefore.Result();
        After.Metrics = evaluationAfter.Result();
        Time(before, after, source, cancellation);
    }

    /// <summary>Compares the cost on golden rows, which have no labels.</summary>
    public void Run(CtrModel before, CtrModel after, IReadOnlyList<GoldenRow> rows, CancellationToken cancellation)
    {
        var batch = new RowBuffer();
        batch.Fill(rows);
        if (batch.Rows == 0) return;
        _timed.Add(batch);
        Time(before, after, "golden rows", cancellation);
    }

    private void Time(CtrModel before, CtrModel after, string source, CancellationToken cancellation)
    {
        Before.Nanoseconds = After.Nanoseconds = double.PositiveInfinity;
        long start = Stopwatch.GetTimestamp();
        for (int pass = 0; pass < LeastPasses || Stopwatch.GetElapsedTime(start) < LeastTime; pass++)
        {
            cancellation.ThrowIfCancellationRequested();
            Before.Nanoseconds = Math.Min(Before.Nanoseconds, Pass(before, source));
            After.Nanoseconds = Math.Min(After.Nanoseconds, Pass(after, source));
        }
    }

    /// <summary>Nanoseconds of a row in one pass over the rows that are kept.</summary>
    private double Pass(CtrModel model, string source)
    {
        TimeSpan time = TimeSpan.Zero;
        foreach (RowBuffer batch in _timed)
        {
            batch.Score(model, source, logits: false);
            time += batch.Time;
        }

        return time.TotalNanoseconds / _timed.Sum(batch => batch.Rows);
    }
}
