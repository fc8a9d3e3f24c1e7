using CtrRuntime.Model;

namespace CtrRuntime.Trainer;

/// <summary>
/// Everything that decides what a training run makes. Null means the default of the kind;
/// the same options, data and processor give the same bytes of the model file.
/// </summary>
public sealed record TrainingOptions
{
    /// <summary>Name of the model kind: <c>lr</c>, <c>poly2</c>, <c>mf</c>, <c>fm</c>, <c>ffm</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The labelled training rows: a path, or <c>-</c> for standard input.</summary>
    public required string Data { get; init; }

    /// <summary>Format of the data and the validation file: <c>libffm</c>, <c>libsvm</c>, <c>csv</c> or <c>tsv</c>.</summary>
    public required string Format { get; init; }

    /// <summary>Where the model file goes. Written at the very end, so a run that fails leaves an older file as it is.</summary>
    public required string ModelPath { get; init; }

    /// <summary>AdaGrad: rows that decide which epoch is kept, or null: then every epoch is run and the last one is kept. L-BFGS: rows to watch.</summary>
    public string? Validation { get; init; }

    /// <summary>A folder that keeps the rows that the files become, so that the next run on the same files need not parse them; or null.</summary>
    public string? Cache { get; init; }

    /// <summary>The latent length k.</summary>
    public int? Latent { get; init; }

    /// <summary>The most passes over the training rows; for <see cref="Solver.Lbfgs"/> the most steps, each a pass or a few.</summary>
    public int? Epochs { get; init; }

    /// <summary>AdaGrad's η for all weights.</summary>
    public double? LearningRate { get; init; }

    /// <summary>AdaGrad's η for bias and linear weights, where it is to differ from <see cref="LearningRate"/>.</summary>
    public double? LinearLearningRate { get; init; }

    /// <summary>
    /// AdaGrad: ridge of latent vectors and pair weights; a feature seen n times pays L2 / n whenever it is touched. L-BFGS: the λ that is added as
    /// ½ λ (‖w‖² + b²) to the sum of the rows' losses; the bias b pays like a weight.
    /// </summary>
    public double? L2 { get; init; }

    /// <summary>AdaGrad: ridge of linear weights, in the same way.</summary>
    public double? LinearL2 { get; init; }

    /// <summary>What is minimised; by default logistic, and squared for <c>mf</c>.</summary>
    public Loss? Loss { get; init; }

    /// <summary>How it is minimised. L-BFGS takes none of the options that are AdaGrad's: rates, linear L2, averaging, early stopping and patience.</summary>
    public Solver Solver { get; init; } = Solver.Adagrad;

    /// <summary>POLY2: the pair table has 2^PairBits weights.</summary>
    public int? PairBits { get; init; }

    /// <summary>How the model finds the slot of a key.</summary>
    public IndexKind Index { get; init; } = IndexKind.Exact;

    /// <summary>Index <see cref="IndexKind.Hashed"/>: there are 2^IndexBits slots.</summary>
    public int IndexBits { get; init; } = 20;

    /// <summary>Decides initial weights and the order of the rows; L-BFGS has nothing to decide.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>AdaGrad: what decides the best epoch; by default log loss, or RMSE for squared loss.</summary>
    public StopMetric? EarlyStop { get; init; }

    /// <summary>AdaGrad: training ends after this many epochs without a better validation metric.</summary>
    public int? Patience { get; init; }

    /// <summary>Standard deviation of the initial latent weights; by default a rule of the number of pairs in a row.</summary>
    public double? InitialDeviation { get; init; }

    /// <summary>AdaGrad: how much of the running average of the weights an epoch keeps; 0 turns averaging off.</summary>
    public double? Averaging { get; init; }

    /// <summary>Features in fewer training rows than this do not exist for the model (exact index only).</summary>
    public int MinCount { get; init; } = 1;

    /// <summary>CSV: the column of the label; <c>label</c> when empty and no clicks and impressions are named.</summary>
    public string Label { get; init; } = "";

    /// <summary>CSV: the column of the example's weight, or empty.</summary>
    public string Weight { get; init; } = "";

    /// <summary>CSV of counts: the column of the clicks, together with <see cref="Impressions"/> in place of a label.</summary>
    public string Clicks { get; init; } = "";

    /// <summary>CSV of counts: the column of the impressions.</summary>
    public string Impressions { get; init; } = "";

    /// <summary>CSV: numeric columns that enter as the interval of stored quantiles that their value falls in.</summary>
    public IReadOnlyList<string> Numeric { get; init; } = [];

    /// <summary>CSV: numeric columns that enter as one feature of value (x − mean) / standard deviation.</summary>
    public IReadOnlyList<string> Standardized { get; init; } = [];

    /// <summary>CSV: columns that the model does not see.</summary>
    public IReadOnlyList<string> Ignored { get; init; } = [];

    /// <summary>CSV: the most intervals of a column in <see cref="Numeric"/>.</summary>
    public int Bins { get; init; } = 20;
}
