namespace CtrRuntime.Trainer;

/// <summary>What decides, on the validation file, which epoch is the best one.</summary>
public enum StopMetric
{
    /// <summary>Mean logistic loss; lower is better.</summary>
    LogLoss = 1,

    /// <summary>Area under the ROC curve; higher is better.</summary>
    Auc = 2,

    /// <summary>Root of the mean squared error; lower is better.</summary>
    Rmse = 3,
}
