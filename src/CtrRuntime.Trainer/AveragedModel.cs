using CtrRuntime.Model;
using CtrRuntime.Trainer.Learners;

namespace CtrRuntime.Trainer;

/// <summary>
/// A model in the serving layout that is the exponential average of the weights after each epoch: m = Σ_e α^(E−e) w_e / Σ_e α^(E−e), e from 1 to
/// the epoch E reached. Dividing by the sum of the shares makes the first epoch's average its weights, and not a mix with zero.
/// </summary>
internal sealed class AveragedModel(WeightBuffer weights, double keep) : IDisposable
{
    private double _shares;
    private double _bias;

    /// <summary>The averaged weights.</summary>
    public WeightBuffer Weights { get; } = weights;

    /// <summary>The averaged bias.</summary>
    public float Bias => (float)_bias;

    /// <summary>Takes the weights of a further epoch into the average.</summary>
    public void Add(Learner learner)
    {
        _shares = (keep * _shares) + 1;
        double share = 1 / _shares;
        learner.AverageInto(Weights, (float)share);
        _bias += share * (learner.Bias - _bias);
    }

    /// <summary>Becomes a copy of another model of the same shape.</summary>
    public void CopyFrom(AveragedModel other)
    {
        Weights.CopyFrom(other.Weights);
        _shares = other._shares;
        _bias = other._bias;
    }

    /// <inheritdoc/>
    public void Dispose() => Weights.Dispose();
}
