using CtrRuntime.Model;

namespace CtrRuntime.Trainer;

/// <summary>A solver at work on data in memory: what it made, and how it went.</summary>
internal interface ITrainingRun : IDisposable
{
    /// <summary>Trains; nothing else means anything before.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Data"/>: the weights ran away to infinity.</exception>
    void Run();

    /// <summary>The weights of <see cref="BestEpoch"/>.</summary>
    WeightBuffer Weights { get; }

    /// <summary>Its bias.</summary>
    float Bias { get; }

    /// <summary>The epoch that is kept, counted from 1.</summary>
    int BestEpoch { get; }

    /// <summary>Whether the patience ran out.</summary>
    bool StoppedEarly { get; }

    /// <summary>What each epoch did.</summary>
    IReadOnlyList<EpochReport> Epochs { get; }
}
