using System.CommandLine;
using CtrRuntime.Cli.Output;
using CtrRuntime.Cli.Training;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Trainer;
using CtrRuntime.Trainer.Data;
using CtrRuntime.Trainer.Learners;

namespace CtrRuntime.Cli.Verbs;

/// <summary><c>ctr train</c>: labelled rows in, a model file out. Its options are those of <see cref="TrainingOptions"/>.</summary>
internal static class TrainCommand
{
    private static readonly Dictionary<string, StopMetric> StopMetrics = new()
    {
        ["logloss"] = StopMetric.LogLoss,
        ["auc"] = StopMetric.Auc,
        ["rmse"] = StopMetric.Rmse,
    };

    private static readonly Dictionary<string, Loss> Losses = new() { ["logistic"] = Loss.Logistic, ["squared"] = Loss.Squared };

    private static readonly Dictionary<string, Solver> Solvers = new() { ["adagrad"] = Solver.Adagrad, ["lbfgs"] = Solver.Lbfgs };

    private static readonly Dictionary<string, IndexKind> Indexes = new()
    {
        ["exact"] = IndexKind.Exact,
        ["direct"] = IndexKind.Direct,
        ["hashed"] = IndexKind.Hashed,
    };

    /// <summary>The verb.</summary>
    public static Command Create(CommandStreams streams, CancellationToken cancellation)
    {
        var defaults = new TrainingOptions { Kind = "", Data = "", Format = "", ModelPath = "" };
        var kind = OptionFactory.Word("--kind", "Kind of model.", [.. ModelKinds.All.Select(known => known.Name)], required: true);
        var data = SharedOptions.Data("Labelled training rows");
        var format = SharedOptions.Format();
        var validation = OptionFactory.Text(
            "--validation", "FILE", "Rows that decide which epoch is kept, and when to stop. lbfgs: rows to watch, the last epoch is kept.");
        var cache = OptionFactory.Text("--cache", "FOLDER", "Keeps the parsed rows in a file there, for the next run on the same data.");
        var model = OptionFactory.Text("--model", "OUT.ctr", "Where the model goes. An older file stays until the new one is complete.", required: true);

        var latent = OptionFactory.Integer("--latent", $"Latent length k ({DefaultText.PerKind(o => o.Latent)}).", 1, 1024);
        var epochs = OptionFactory.Integer(
            "--epochs",
            $"The most passes over the training rows ({LearnerKinds.Epochs} with validation rows, {LearnerKinds.EpochsWithoutValidation} without). " +
            $"lbfgs: the most steps on the way to the optimum ({LbfgsRun.DefaultEpochs}).",
            1);
        var learningRate = OptionFactory.Real("--learning-rate", $"AdaGrad's learning rate ({DefaultText.PerKind(o => o.LearningRate)}), of linear weights too unless they have their own.", 0);
        var linearLearningRate = OptionFactory.Real("--linear-learning-rate", $"Learning rate of linear weights and the bias (--learning-rate if that is given, else {DefaultText.PerKind(o => o.LinearLearningRate)}).", 0);
        var l2 = OptionFactory.Real(
            "--l2",
            $"Ridge of latent vectors and pair weights, divided by the feature's count ({DefaultText.PerKindAndFields(o => o.L2)}). lbfgs: L in sum of losses " +
            FormattableString.Invariant($"+ L/2 (|w|^2 + b^2); the bias b pays like a weight, as in LIBLINEAR with -B 1 ({LbfgsRun.DefaultL2})."),
            0);
        var linearL2 = OptionFactory.Real("--linear-l2", $"Ridge of linear weights, divided by the feature's count ({DefaultText.PerKind(o => o.LinearL2)}).", 0);
        var loss = OptionFactory.Word("--loss", $"What is minimised ({string.Join(", ", LearnerKinds.All.Select(l => $"{l.Name} {Word(Losses, l.Loss)}"))}).", [.. Losses.Keys]);
        var solver = OptionFactory.Word(
            "--solver",
            "How it is minimised: adagrad, or for lr lbfgs, all rows at once to the optimum (no rates, --linear-l2, --averaging, --early-stop, --patience).",
            [.. Solvers.Keys],
            Word(Solvers, defaults.Solver));
        var pairBits = OptionFactory.Integer("--pair-bits", $"poly2: the pair table has 2^N weights ({LearnerKinds.PairBits}).", 1, 31);
        var initialDeviation = OptionFactory.Real("--initial-deviation", $"Standard deviation of the first latent weights ({DefaultText.PerKindAndFields(o => o.InitialDeviation)}).", 0);
        var averaging = OptionFactory.Real("--averaging", FormattableString.Invariant($"Share of the weights' running average that an epoch keeps; 0 is none ({LearnerKinds.Averaging})."), 0);
        var seed = OptionFactory.Seed($"Decides first weights and the order of rows ({defaults.Seed}).");
        var threads = OptionFactory.Integer("--threads", "Threads. This version trains with one, whatever is asked for.", 1, 1024);
        var earlyStop = OptionFactory.Word("--early-stop", "Metric on the validation rows that decides the best epoch (rmse with squared loss, else logloss).", [.. StopMetrics.Keys]);
        var patience = OptionFactory.Integer("--patience", $"Epochs without improvement before training ends ({LearnerKinds.Patience}).", 1);
        var index = OptionFactory.Word("--index", "How a key finds its weights.", [.. Indexes.Keys], "exact");
        var indexBits = OptionFactory.Integer("--index-bits", $"Index hashed: 2^N slots ({defaults.IndexBits}).", 1, 31);
        var minCount = OptionFactory.Integer("--min-count", $"Features in fewer rows do not exist for the model ({defaults.MinCount}).", 1);

        var label = OptionFactory.Text("--label", "COLUMN", $"CSV: the column of the label (the one named {SchemaBuilder.DefaultLabel}).");
        var weight = OptionFactory.Text("--weight", "COLUMN", "CSV: the column that says how many examples a row stands for (none: every row is one).");
        var clicks = OptionFactory.Text("--clicks", "COLUMN", "CSV of counts, in place of a label: the clicks.");
        var impressions = OptionFactory.Text("--impressions", "COLUMN", "CSV of counts, in place of a label: the impressions.");
        var numeric = OptionFactory.Names("--numeric", "CSV: numeric columns, cut into bins of about equally many rows.");
        var standardize = OptionFactory.Names("--standardize", "CSV: numeric columns, taken as (x - mean) / standard deviation.");
        var ignore = OptionFactory.Names("--ignore", "CSV: columns that the model does not see.");
        var bins = OptionFactory.Integer("--bins", $"CSV: the most bins of a numeric column ({defaults.Bins}).", 2);
        var json = OptionFactory.Text("--json", "REPORT", "Where a report of the run goes as JSON; - for standard output.");

        var command = new Command("train", "Trains a model and writes its file.");
        foreach (Option option in new Option[]
        {
            kind, data, format, validation, cache, model, latent, epochs, learningRate, linearLearningRate, l2, linearL2, loss, solver, pairBits, initialDeviation, averaging,
            seed, threads, earlyStop, patience, index, indexBits, minCount,
            label, weight, clicks, impressions, numeric, standardize, ignore, bins, json,
        })
            command.Add(option);

        command.SetAction(parsed =>
        {
            var options = new TrainingOptions
            {
                Kind = parsed.GetRequiredValue(kind),
                Data = parsed.GetRequiredValue(data),
                Format = parsed.GetRequiredValue(format),
                Validation = parsed.GetValue(validation),
                Cache = parsed.GetValue(cache),
                ModelPath = parsed.GetRequiredValue(model),
                Latent = parsed.GetValue(latent),
                Epochs = parsed.GetValue(epochs),
                LearningRate = parsed.GetValue(learningRate),
                LinearLearningRate = parsed.GetValue(linearLearningRate),
                L2 = parsed.GetValue(l2),
                LinearL2 = parsed.GetValue(linearL2),
                Loss = parsed.GetValue(loss) is { } lossWord ? Losses[lossWord] : null,
                Solver = Solvers[parsed.GetRequiredValue(solver)],
                PairBits = parsed.GetValue(pairBits),
                InitialDeviation = parsed.GetValue(initialDeviation),
                Averaging = parsed.GetValue(averaging),
                Seed = parsed.GetValue(seed) ?? defaults.Seed,
                EarlyStop = parsed.GetValue(earlyStop) is { } stopWord ? StopMetrics[stopWord] : null,
                Patience = parsed.GetValue(patience),
                Index = Indexes[parsed.GetRequiredValue(index)],
                IndexBits = parsed.GetValue(indexBits) ?? defaults.IndexBits,
                MinCount = parsed.GetValue(minCount) ?? defaults.MinCount,
                Label = parsed.GetValue(label) ?? "",
                Weight = parsed.GetValue(weight) ?? "",
                Clicks = parsed.GetValue(clicks) ?? "",
                Impressions = parsed.GetValue(impressions) ?? "",
                Numeric = parsed.GetValue(numeric) ?? [],
                Standardized = parsed.GetValue(standardize) ?? [],
                Ignored = parsed.GetValue(ignore) ?? [],
                Bins = parsed.GetValue(bins) ?? defaults.Bins,
            };
            if (parsed.GetValue(threads) > 1) streams.Error.WriteLine("ctr: warning: this version trains with one thread; --threads has no effect");

            var lossInUse = TrainingPlan.Of(options).Loss;
            var report = TrainingDisplay.Show(streams, lossInUse, progress => ModelTrainer.Train(options, progress, cancellation));
            WriteReport(streams, report, parsed.GetValue(json));
            return ExitCode.Ok;
        });
        return command;
    }

    private static string Word<T>(Dictionary<string, T> words, T value) where T : struct => words.Single(word => word.Value.Equals(value)).Key;

    private static void WriteReport(CommandStreams streams, TrainingReport report, string? json)
    {
        if (json == "-")
        {
            TrainingReportJson.Write(streams.Output, report);
            return;
        }

        if (json is not null) OutputFile.Write(json, file => TrainingReportJson.Write(file, report));
        ResultTable.WritePairs(streams.Results, Summary(report));
    }

    private static IEnumerable<(string Name, string Value)> Summary(TrainingReport report)
    {
        var best = report.Best;
        string loss = report.Options.Loss == Loss.Squared ? "rmse" : "logloss";
        yield return ("model", report.Options.ModelPath);
        yield return ("bytes", Numbers.Count(report.ModelBytes));
        yield return ("features", Numbers.Count(report.Data.Features));
        yield return ("best_epoch", $"{best.Epoch} of {report.Epochs.Count}");
        yield return ($"training_{loss}", Numbers.Real(best.TrainLoss));
        if (best.Objective is { } objective) yield return ("objective", Numbers.Real(objective));
        if (best.ValidationLoss is { } validationLoss) yield return ($"validation_{loss}", Numbers.Real(validationLoss));
        if (best.ValidationAuc is { } auc) yield return ("validation_auc", Numbers.Real(auc));
        yield return ("seconds", report.Seconds.ToString("0.0"));
    }
}
