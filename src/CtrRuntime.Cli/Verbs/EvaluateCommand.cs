using System.CommandLine;
using System.Diagnostics;
using CtrRuntime.Cli.Output;
using CtrRuntime.Cli.Scoring;
using CtrRuntime.Input;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Cli.Verbs;

/// <summary><c>ctr evaluate</c>: how well a model's scores fit labelled rows.</summary>
internal static class EvaluateCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(CommandStreams streams, CancellationToken cancellation)
    {
        var model = SharedOptions.Model();
        var data = SharedOptions.Data("Labelled rows");
        var format = SharedOptions.Format();
        var threads = SharedOptions.Threads();
        var level = SharedOptions.Level();
        var json = SharedOptions.Json();
        var command = new Command("evaluate", "Measures a model on labelled rows: logloss, AUC, normalized entropy, calibration; RMSE and MAE for ratings.")
        {
            model, data, format, threads, level, json,
        };
        command.SetAction(parsed =>
        {
            using var opened = CtrModel.Open(parsed.GetRequiredValue(model), SharedOptions.OpenWith(parsed.GetValue(level)));
            string source = parsed.GetRequiredValue(data);
            using var reader = ModelInput.Open(opened, source, SharedOptions.FormatOf(parsed.GetValue(format)), ExampleMode.Training, streams);
            var pipeline = new BatchPipeline(opened, source, logits: false, parsed.GetValue(threads) ?? Environment.ProcessorCount);
            var evaluation = Evaluation.For(opened.Info.Link);
            var clock = Stopwatch.StartNew();
            pipeline.Run(reader, batch => batch.AddTo(evaluation), cancellation);
            if (pipeline.Rows == 0) throw new CtrException(CtrStatus.Data, $"{source}: there are no examples in it");
            var metrics = evaluation.Result();
            ModelInput.Report(pipeline, clock.Elapsed.TotalSeconds, streams);
            if (parsed.GetValue(json)) JsonResult.Write(streams.Output, writer => JsonResult.WriteMetrics(writer, metrics));
            else ResultTable.WritePairs(streams.Results, metrics.All.Select(metric => (metric.Key, MetricValues.Format(metric.Key, metric.Value))));
            return ExitCode.Ok;
        });
        return command;
    }
}
