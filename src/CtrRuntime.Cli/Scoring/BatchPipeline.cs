using CtrRuntime.Input;

namespace CtrRuntime.Cli.Scoring;

/// <summary>
/// Streams examples through a model: one thread reads and delivers in input order, the others score. A row's score does not depend on
/// the number of threads, as each is scored alone.
/// </summary>
internal sealed class BatchPipeline(CtrModel model, string source, bool logits, int threads)
{
    /// <summary>Rows delivered so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Features of those rows.</summary>
    public long Features { get; private set; }

    /// <summary>How many of those features the model does not know.</summary>
    public long Unknown { get; private set; }

    /// <summary>Nanoseconds of scoring a row alone, without reading and writing it, on one thread: those of the fastest batch.</summary>
    public double BestNanoseconds { get; private set; } = double.PositiveInfinity;

    /// <summary>Reads to the end; <paramref name="deliver"/> sees each scored batch, in order, on this thread.</summary>
    public void Run(ExampleReader reader, Action<RowBuffer> deliver, CancellationToken cancellation)
    {
        if (threads == 1) RunAlone(reader, deliver, cancellation);
        else RunTogether(reader, deliver, cancellation);
    }

    private void RunAlone(ExampleReader reader, Action<RowBuffer> deliver, CancellationToken cancellation)
    {
        var batch = new RowBuffer();
        while (batch.Fill(reader))
        {
            cancellation.ThrowIfCancellationRequested();
            batch.Score(model, source, logits);
            Deliver(batch, deliver);
        }
    }

    private void RunTogether(ExampleReader reader, Action<RowBuffer> deliver, CancellationToken cancellation)
    {
        var running = new Queue<Task<RowBuffer>>();
        var idle = new Stack<RowBuffer>();
        try
        {
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                if (!idle.TryPop(out var batch)) batch = new RowBuffer();
                if (!batch.Fill(reader)) break;
                running.Enqueue(Task.Run(() =>
                {
                    batch.Score(model, source, logits);
                    return batch;
                }));
                // This thread reads; the others may each have a batch, and one more waits for whoever is first.
                if (running.Count >= threads) idle.Push(Next());
            }

            while (running.Count > 0) Next();
        }
        finally
        {
            // Nobody may be scoring when the caller closes the model. What these would say comes after the error that is on its way.
            foreach (var task in running) task.ContinueWith(static _ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }

        RowBuffer Next()
        {
            var batch = running.Dequeue().GetAwaiter().GetResult();
            Deliver(batch, deliver);
            return batch;
        }
    }

    private void Deliver(RowBuffer batch, Action<RowBuffer> deliver)
    {
        deliver(batch);
        Rows += batch.Rows;
        Features += batch.Features;
        Unknown += batch.Unknown;
        BestNanoseconds = Math.Min(BestNanoseconds, batch.Time.TotalNanoseconds / batch.Rows);
    }
}
