using CtrRuntime.Trainer;

namespace CtrRuntime.Cli.Training;

/// <summary>Shows on standard error how a training run goes: a live table on a terminal, plain lines otherwise.</summary>
internal static class TrainingDisplay
{
    /// <summary>Runs <paramref name="train"/> under a display.</summary>
    /// <param name="streams">Where to show.</param>
    /// <param name="loss">What is minimised, and so what the losses are called.</param>
    /// <param name="train">The run.</param>
    public static TrainingReport Show(CommandStreams streams, Loss loss, Func<ITrainingProgress, TrainingReport> train)
    {
        string lossName = loss == Loss.Squared ? "rmse" : "logloss";
        return streams.IsTerminal ? TerminalProgress.Run(streams, lossName, train) : train(new PlainProgress(streams.Error, lossName));
    }
}
