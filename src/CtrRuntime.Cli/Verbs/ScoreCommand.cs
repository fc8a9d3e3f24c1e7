using System.Buffers.Text;
using System.CommandLine;
using System.Diagnostics;
using CtrRuntime.Cli.Output;
using CtrRuntime.Cli.Scoring;
using CtrRuntime.Input;

namespace CtrRuntime.Cli.Verbs;

/// <summary><c>ctr score</c>: one score per line, in input order, as the shortest text that reads back to the same float.</summary>
internal static class ScoreCommand
{
    // "-1.17549435E-38" and a line end fit with room to spare.
    private const int LongestScore = 32;

    /// <summary>The verb.</summary>
    public static Command Create(CommandStreams streams, CancellationToken cancellation)
    {
        var model = SharedOptions.Model();
        var data = SharedOptions.Data("Rows to score; labels may be absent");
        var format = SharedOptions.Format();
        var output = OptionFactory.Text("--output", "FILE", "Where the scores go (standard output). A file appears whole or not at all.");
        var logit = OptionFactory.Flag("--logit", "Logits instead of probabilities.");
        var threads = SharedOptions.Threads();
        var level = SharedOptions.Level();
        var command = new Command("score", "Scores rows: one score per line, in input order.") { model, data, format, output, logit, threads, level };
        command.SetAction(parsed =>
        {
            using var opened = CtrModel.Open(parsed.GetRequiredValue(model), SharedOptions.OpenWith(parsed.GetValue(level)));
            string source = parsed.GetRequiredValue(data);
            using var reader = ModelInput.Open(opened, source, SharedOptions.FormatOf(parsed.GetValue(format)), ExampleMode.Scoring, streams);
            var pipeline = new BatchPipeline(
                opened, source, parsed.GetValue(logit), parsed.GetValue(threads) ?? Environment.ProcessorCount);
            var clock = Stopwatch.StartNew();
            string path = parsed.GetValue(output) ?? "-";
            if (path == "-") pipeline.Run(reader, batch => Write(streams.Output, batch), cancellation);
            else OutputFile.Write(path, file => pipeline.Run(reader, batch => Write(file, batch), cancellation));
            ModelInput.Report(pipeline, clock.Elapsed.TotalSeconds, streams);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Write(Stream output, RowBuffer batch)
    {
        var text = new byte[batch.Rows * LongestScore];
        int used = 0;
        for (int row = 0; row < batch.Rows; row++)
        {
            if (!Utf8Formatter.TryFormat(batch.Scores[row], text.AsSpan(used), out int written))
                throw new CtrException(CtrStatus.Internal, $"a score does not fit {LongestScore} bytes");
            used += written;
            text[used++] = (byte)'\n';
        }

        output.Write(text, 0, used);
    }
}
