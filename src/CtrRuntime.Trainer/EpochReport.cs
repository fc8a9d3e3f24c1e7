namespace CtrRuntime.Trainer;

/// <summary>What one epoch did. A loss is the mean log loss, or for squared loss the root of the mean squared error.</summary>
/// <param name="Epoch">Number of the epoch, counted from 1.</param>
/// <param name="TrainLoss">Loss on the training rows: each taken just before the step on it, or for L-BFGS all after the step.</param>
/// <param name="ValidationLoss">Loss of the epoch's model (AdaGrad: the averaged one) on the validation rows; null without a validation file.</param>
/// <param name="ValidationAuc">AUC of that model; null without a validation file, with one class and for squared loss.</param>
/// <param name="IsBest">Whether this is the best epoch so far.</param>
/// <param name="Seconds">Seconds of training, validation not included.</param>
/// <param name="RowsPerSecond">Training rows a second.</param>
/// <param name="Objective">What L-BFGS minimises, the sum of losses with the ridge; null for other solvers.</param>
public sealed record EpochReport(
    int Epoch, double TrainLoss, double? ValidationLoss, double? ValidationAuc, bool IsBest, double Seconds, double RowsPerSecond, double? Objective = null);
