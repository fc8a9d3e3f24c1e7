namespace CtrRuntime.Trainer.Metrics;

/// <summary>The metrics' names, the same in reports, in JSON and on the command line.</summary>
internal static class MetricNames
{
    /// <summary>Number of examples.</summary>
    public const string Rows = "rows";

    /// <summary>Sum of the examples' weights.</summary>
    public const string Weight = "weight";

    /// <summary>Sum of the weights of positive examples.</summary>
    public const string Positives = "positives";

    /// <summary>Positives per weight.</summary>
    public const string BaseRate = "base_rate";

    /// <summary>Mean −ln of the probability given to what happened.</summary>
    public const string Logloss = "logloss";

    /// <summary>Area under the ROC curve, ties counted half.</summary>
    public const string Auc = "auc";

    /// <summary>Logloss divided by the entropy of the base rate (He et al. 2014).</summary>
    public const string NormalizedEntropy = "normalized_entropy";

    /// <summary>Expected calibration error, 15 bins of equal width (Guo et al. 2017).</summary>
    public const string Ece = "ece";

    /// <summary>Mean of the labels (ratings).</summary>
    public const string MeanLabel = "mean_label";

    /// <summary>Root of the mean squared error (ratings).</summary>
    public const string Rmse = "rmse";

    /// <summary>Mean absolute error (ratings).</summary>
    public const string Mae = "mae";

    /// <summary>The metrics that training can watch to stop early.</summary>
    public static IReadOnlyList<string> Watchable { get; } = [Logloss, Auc, NormalizedEntropy, Ece, Rmse, Mae];

    /// <summary>Whether more of the metric is better; only the AUC is such.</summary>
    public static bool HigherIsBetter(string name) => name == Auc;
}
