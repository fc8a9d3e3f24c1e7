namespace CtrRuntime.Model;

/// <summary>What turns a logit into a score. The numbers are those of the model file.</summary>
public enum Link
{
    /// <summary>1 / (1 + e^−t): a probability.</summary>
    Sigmoid = 1,

    /// <summary>The logit itself: a rating.</summary>
    Identity = 2,

    /// <summary>Φ(t), the normal distribution function: a probability (libFM's ALS and MCMC models).</summary>
    Probit = 3,
}
