using System.CommandLine;
using CtrRuntime.Cli.Output;
using CtrRuntime.Trainer.Metrics;
using CtrRuntime.Trainer.Synthetic;

namespace CtrRuntime.Cli.Verbs;

/// <summary><c>ctr synth</c>: makes a click log whose true probabilities are known, and says what they score on it.</summary>
internal static class SynthCommand
{
    private const int FirstRowStream = 2;

    private sealed record Part(string Name, Option<string> Path, Option<int?> Rows, int DefaultRows);

    private sealed record WrittenFile(string Part, string Path, MetricValues Optimum);

    /// <summary>The verb.</summary>
    public static Command Create(CommandStreams streams, CancellationToken cancellation)
    {
        var defaults = new SyntheticOptions();
        Part[] parts =
        [
            new("train", OptionFactory.Text("--train-out", "FILE", "Where the training rows go.", required: true),
                OptionFactory.Integer("--rows", "Training rows (400000).", 1), 400_000),
            new("validation", OptionFactory.Text("--validation-out", "FILE", "Where the validation rows go."),
                OptionFactory.Integer("--validation-rows", "Validation rows (50000).", 1), 50_000),
            new("test", OptionFactory.Text("--test-out", "FILE", "Where the test rows go."),
                OptionFactory.Integer("--test-rows", "Test rows (50000).", 1), 50_000),
        ];
        var pairsOut = OptionFactory.Text("--pairs-out", "FILE", "Where the truth goes as JSON: which field pairs interact.");
        var format = OptionFactory.Word("--format", "Text to write.", ["libffm", "csv"], "libffm");
        var fields = OptionFactory.Integer("--fields", $"Fields of a row ({defaults.Fields}).", 1);
        var minimumValues = OptionFactory.Integer("--min-values", $"Values of the smallest field ({defaults.MinimumValues}).", 2);
        var maximumValues = OptionFactory.Integer("--max-values", $"Values of the largest field ({defaults.MaximumValues}).", 2);
        var zipf = OptionFactory.Real("--zipf", $"Exponent of the values' frequencies ({defaults.ZipfExponent}).", 0);
        var variance = OptionFactory.Real("--variance", $"Variance of the logit ({defaults.Variance}).", 0);
        var linearShare = OptionFactory.Real("--linear-share", $"Share of the variance that single values carry ({defaults.LinearShare}).", 0);
        var coreShare = OptionFactory.Real("--core-share", $"Share that the core's pairs carry ({defaults.CoreShare}); other pairs carry the rest.", 0);
        var coreFields = OptionFactory.Integer("--core-fields", $"Fields whose pairs all interact ({defaults.CoreFields}).", 0);
        var otherPairs = OptionFactory.Integer("--other-pairs", $"Other field pairs that interact ({defaults.OtherPairs}).", 0);
        var baseRate = OptionFactory.Real("--base-rate", $"Share of positives ({defaults.BaseRate}).", 0);
        var seed = OptionFactory.Seed("Decides everything random (1).");
        var json = OptionFactory.Flag("--json", "Print the results as JSON.");

        var command = new Command("synth", "Makes a synthetic click log with a known optimum, and prints what the true probabilities score on it.");
        foreach (var part in parts)
        {
            command.Add(part.Path);
            command.Add(part.Rows);
        }

        foreach (Option option in new Option[]
        {
            pairsOut, format, fields, minimumValues, maximumValues, zipf, variance, linearShare, coreShare, coreFields, otherPairs, baseRate, seed, json,
        })
            command.Add(option);

        command.SetAction(parsed =>
        {
            var options = new SyntheticOptions
            {
                Seed = parsed.GetValue(seed) ?? defaults.Seed,
                Fields = parsed.GetValue(fields) ?? defaults.Fields,
                MinimumValues = parsed.GetValue(minimumValues) ?? defaults.MinimumValues,
                MaximumValues = parsed.GetValue(maximumValues) ?? defaults.MaximumValues,
                ZipfExponent = parsed.GetValue(zipf) ?? defaults.ZipfExponent,
                Variance = parsed.GetValue(variance) ?? defaults.Variance,
                LinearShare = parsed.GetValue(linearShare) ?? defaults.LinearShare,
                CoreShare = parsed.GetValue(coreShare) ?? defaults.CoreShare,
                CoreFields = parsed.GetValue(coreFields) ?? defaults.CoreFields,
                OtherPairs = parsed.GetValue(otherPairs) ?? defaults.OtherPairs,
                BaseRate = parsed.GetValue(baseRate) ?? defaults.BaseRate,
            };
            var population = new SyntheticPopulation(options);
            var writer = new SyntheticWriter(population, parsed.GetValue(format) == "csv" ? SyntheticFormat.Csv : SyntheticFormat.Libffm);
            var written = new List<WrittenFile>();
            for (int part = 0; part < parts.Length; part++)
            {
                if (parsed.GetValue(parts[part].Path) is not { } path) continue;
                int rows = parsed.GetValue(parts[part].Rows) ?? parts[part].DefaultRows;
                string name = parts[part].Name;
                ulong stream = (ulong)(FirstRowStream + part);
                OutputFile.Write(path, file => written.Add(new(name, path, writer.Write(file, rows, stream, cancellation))));
            }

            if (parsed.GetValue(pairsOut) is { } pairsPath) OutputFile.Write(pairsPath, file => SyntheticTruth.Write(file, population));
            if (parsed.GetValue(json)) WriteJson(streams, options, written);
            else WriteTable(streams, written);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void WriteTable(CommandStreams streams, List<WrittenFile> written)
    {
        streams.Results.WriteLine("what the true probabilities score (no model can do better, up to chance):");
        string[] metrics = [MetricNames.Rows, MetricNames.BaseRate, MetricNames.Logloss, MetricNames.Auc];
        ResultTable.Write(
            streams.Results,
            ["file", .. metrics.Select(name => $">{name}")],
            written.Select(file => (IReadOnlyList<string>)[file.Path, .. metrics.Select(name => MetricValues.Format(name, file.Optimum[name]))]));
    }

    private static void WriteJson(CommandStreams streams, SyntheticOptions options, List<WrittenFile> written) =>
        JsonResult.Write(streams.Output, json =>
        {
            json.WriteNumber("seed", options.Seed);
            json.WriteNumber("fields", options.Fields);
            json.WriteStartArray("files");
            foreach (var file in written)
            {
                json.WriteStartObject();
                json.WriteString("part", file.Part);
                json.WriteString("path", file.Path);
                JsonResult.WriteMetrics(json, file.Optimum);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        });
}
