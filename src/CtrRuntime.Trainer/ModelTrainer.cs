namespace CtrRuntime.Trainer;

/// <summary>Trains a model: labelled rows in, a model file out.</summary>
public static class ModelTrainer
{
    /// <summary>
    /// Reads the data, trains, and writes the model of the best epoch. The file is written atomically at the end:
    /// a run that fails or is cancelled leaves what was there.
    /// </summary>
    /// <exception cref="CtrException">The options contradict each other, or the data cannot be used; the message says why and where.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was signalled.</exception>
    public static TrainingReport Train(TrainingOptions options, ITrainingProgress? progress, CancellationToken cancellation) =>
        throw new CtrException(CtrStatus.Unsupported, "training is being built");
}
