using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Learners;

/// <summary>Logistic regression: nothing but bias and linear terms.</summary>
internal sealed class LrLearner(LearnerSetup setup) : Learner(setup)
{
    /// <inheritdoc/>
    protected override double Pairs(in Row row) => 0;

    /// <inheritdoc/>
    protected override void StepPairs(in Row row, in Row next, float gradient)
    {
    }
}
