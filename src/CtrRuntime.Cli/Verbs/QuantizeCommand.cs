using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CtrRuntime.Cli.Output;
using CtrRuntime.Cli.Scoring;
using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Trainer.Metrics;
using CtrRuntime.Trainer.Output;

namespace CtrRuntime.Cli.Verbs;

/// <summary>
/// <c>ctr quantize</c>: writes a model's latent and pair weights in fewer bits and says what that saves and costs. What is measured is the finished
/// file, before it gets its name: where the loss rises by too much there is none.
/// </summary>
internal static class QuantizeCommand
{
    /// <summary>
    /// The rise of the loss (logloss; RMSE for ratings) that is accepted when nothing else is said. FFM gains .0023 to .04 of logloss over LR on the
    /// logs that were measured; int8 costs .00002 at most. What costs .0005 has something else wrong with it.
    /// </summary>
    private const double DefaultLimit = .0005;

    private static readonly Dictionary<string, WeightType> Types = new[] { WeightType.BFloat16, WeightType.Int8 }.ToDictionary(type => type.Name());

    /// <summary>The verb.</summary>
    public static Command Create(CommandStreams streams, CancellationToken cancellation)
    {
        var model = SharedOptions.Model();
        var to = OptionFactory.Word("--to", "How latent and pair weights are stored: 16 bits, or 8 bits and a scale for each feature.", [.. Types.Keys], required: true);
        var modelOut = OptionFactory.Text("--model-out", "Q.ctr", "Where the small model goes. An older file stays until the new one is complete.", required: true);
        var data = SharedOptions.Data("Labelled rows to measure the loss on; without them only the speed on the model's golden rows is measured", required: false);
        var format = SharedOptions.Format(required: false);
        string limitText = DefaultLimit.ToString(CultureInfo.InvariantCulture);
        var limit = OptionFactory.Real("--max-loss-increase", $"Write nothing when the logloss (ratings: RMSE) on the data rises by more ({limitText}).", 0);
        var json = SharedOptions.Json();
        var command = new Command("quantize", "Stores a model's weights in fewer bits: size, speed and loss before and after.")
        {
            model, to, modelOut, data, format, limit, json,
        };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            string target = parsed.GetRequiredValue(modelOut);
            string? source = parsed.GetValue(data);
            if ((source is null) != (parsed.GetValue(format) is null)) throw Invalid("--data and --format come together or not at all");
            if (source is null && parsed.GetValue(limit) is not null) throw Invalid("--max-loss-increase needs --data");
            using var before = CtrModel.Open(path, new CtrOpenOptions { VerifyAll = true });
            if (before.Info.Weights != WeightType.Float32)
                throw new CtrException(CtrStatus.Data, $"{path}: its weights are {before.Info.Weights.Name()} already; quantize the f32 model that it was made from");
            using var reader = source is null
                ? null : ModelInput.Open(before, source, SharedOptions.FormatOf(parsed.GetValue(format)), ExampleMode.Training, streams);
            var content = ModelQuantizer.Quantize(before, Types[parsed.GetRequiredValue(to)]);
            using var weights = content.Weights;
            var comparison = new ModelComparison();
            CtrModelInfo small = before.Info;
            ModelWriter.Write(target, content, written =>
            {
                using var after = CtrModel.Open(written);
                small = after.Info;
                if (reader is null) comparison.Run(before, after, content.GoldenRows, cancellation);
                else comparison.Run(before, after, reader, source!, cancellation);
                if (reader is not null) Demand(comparison, Evaluation.LossOf(small.Link), parsed.GetValue(limit) ?? DefaultLimit, source!, target);
            });
            if (!ModelQuantizer.Applies(before.File.Kind))
                streams.Error.WriteLine($"ctr: {before.Info.Kind} has only linear weights, which stay f32: there is nothing to quantize, {target} is a copy");
            ModelInput.WarnIfForeign(comparison.Unknown, comparison.Features, streams);
            if (parsed.GetValue(json)) JsonResult.Write(streams.Output, writer => WriteJson(writer, before.Info, small, comparison));
            else WriteText(streams.Results, before.Info, small, comparison);
            return ExitCode.Ok;
        });
        return command;
    }

    private static CtrException Invalid(string detail) => new(CtrStatus.InvalidArgument, detail);

    private static void Demand(ModelComparison comparison, string loss, double limit, string source, string target)
    {
        double before = comparison.Before.Metrics![loss], after = comparison.After.Metrics![loss];
        if (after - before <= limit) return;
        throw new CtrException(
            CtrStatus.Data,
            $"{target}: not written, because the {loss} on {source} rises from {Numbers.Real(before)} to {Numbers.Real(after)}, by more than {Numbers.Real(limit)}");
    }

    private static void WriteText(TextWriter output, CtrModelInfo before, CtrModelInfo after, ModelComparison comparison)
    {
        var rows = new List<IReadOnlyList<string>>
        {
            new[] { "weights", before.Weights.Name(), after.Weights.Name(), "" },
            new[] { "bytes", Numbers.Count(before.FileSize), Numbers.Count(after.FileSize), Share(before.FileSize, after.FileSize) },
            new[]
            {
                "ns_per_row", Nanoseconds(comparison.Before), Nanoseconds(comparison.After), Share(comparison.Before.Nanoseconds, comparison.After.Nanoseconds),
            },
        };
        foreach (string name in Compared(comparison))
        {
            double old = comparison.Before.Metrics![name], change = comparison.After.Metrics![name] - old;
            rows.Add([name, Numbers.Real(old), Numbers.Real(old + change), double.IsNaN(change) ? "" : change.ToString("+0.000000;-0.000000;0.000000", CultureInfo.InvariantCulture)]);
        }

        ResultTable.Write(output, ["", ">before", ">after", ">change"], rows);
    }

    private static void WriteJson(Utf8JsonWriter json, CtrModelInfo before, CtrModelInfo after, ModelComparison comparison)
    {
        json.WriteString("kind", before.Kind);
        Write("before", before, comparison.Before);
        Write("after", after, comparison.After);
        if (comparison.Before.Metrics is null) return;
        json.WriteStartObject("change");
        foreach (string name in Compared(comparison))
            JsonResult.WriteNumber(json, name, comparison.After.Metrics![name] - comparison.Before.Metrics[name]);
        json.WriteEndObject();

        void Write(string name, CtrModelInfo info, ModelComparison.Side side)
        {
            json.WriteStartObject(name);
            json.WriteString("weights", info.Weights.Name());
            json.WriteNumber("bytes", info.FileSize);
            JsonResult.WriteNumber(json, "ns_per_row", side.Nanoseconds);
            if (side.Metrics is not null) JsonResult.WriteMetrics(json, side.Metrics);
            json.WriteEndObject();
        }
    }

    /// <summary>The metrics whose change is shown, of those that the models' link has.</summary>
    private static IEnumerable<string> Compared(ModelComparison comparison) =>
        comparison.Before.Metrics is null
            ? [] : comparison.Before.Metrics.All.Select(metric => metric.Key).Where(name => name is MetricNames.Logloss or MetricNames.Auc or MetricNames.Ece or MetricNames.Rmse);

    private static string Nanoseconds(ModelComparison.Side side) => double.IsNaN(side.Nanoseconds) ? "n/a" : side.Nanoseconds.ToString("0", CultureInfo.InvariantCulture);

    private static string Share(double before, double after) =>
        double.IsNaN(after) ? "" : ((after / before) - 1).ToString("+0.0%;-0.0%;0.0%", CultureInfo.InvariantCulture);
}
