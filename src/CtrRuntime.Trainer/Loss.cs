namespace CtrRuntime.Trainer;

/// <summary>What training minimises, per example of label y and logit t.</summary>
public enum Loss
{
    /// <summary>log(1 + e^−t) for a click, log(1 + e^t) otherwise; the score is a probability.</summary>
    Logistic = 1,

    /// <summary>½(t − y)²; the score is the logit itself, a rating.</summary>
    Squared = 2,
}
