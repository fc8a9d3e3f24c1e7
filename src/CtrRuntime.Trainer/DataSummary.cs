namespace CtrRuntime.Trainer;

/// <summary>What was read before the first epoch.</summary>
/// <param name="Rows">Training rows.</param>
/// <param name="WeightedRows">Sum of their weights.</param>
/// <param name="BaseRate">Weighted share of clicks, or the mean label for squared loss.</param>
/// <param name="Fields">Fields of the model.</param>
/// <param name="Features">Features of the model (slots).</param>
/// <param name="Parameters">Numbers that are trained, the bias included.</param>
/// <param name="MeanFeatures">Features of a row on average.</param>
/// <param name="ValidationRows">Validation rows; 0 without a validation file.</param>
/// <param name="ValidationBaseRate">Base rate of the validation rows, or null.</param>
/// <param name="Seconds">Seconds it took to read and index the data.</param>
public sealed record DataSummary(
    long Rows,
    double WeightedRows,
    double BaseRate,
    int Fields,
    long Features,
    long Parameters,
    double MeanFeatures,
    long ValidationRows,
    double? ValidationBaseRate,
    double Seconds);
