namespace CtrRuntime.Trainer.Learners;

/// <summary>
/// How much ridge the pairs need. A ridge λ is a normal prior of variance 1/λ on each weight; these rules choose it so that the pair sum of a
/// row has a prior variance of v, whatever the number P of its pairs: one λ that suits thirteen fields is too small by half for forty.
/// </summary>
internal static class PairRidge
{
    /// <summary>Latent vectors of length k: a pair has variance k/λ², the row P·k/λ² = v.</summary>
    public static double OfLatent(double pairsPerRow, int latent, double variance) => Math.Sqrt(Math.Max(pairsPerRow, 1) * latent / variance);

    /// <summary>A weight for every pair: the row has variance P/λ = v.</summary>
    public static double OfWeights(double pairsPerRow, double variance) => Math.Max(pairsPerRow, 1) / variance;
}
