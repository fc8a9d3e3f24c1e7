using CtrRuntime.Trainer.Synthetic;

namespace CtrRuntime.Trainer.Learners;

/// <summary>Where latent vectors start.</summary>
internal static unsafe class LatentStart
{
    /// <summary>Variance that the pairs of a row give the logit before training.</summary>
    private const double Variance = 0.0025;

    /// <summary>The stream of random numbers that initial weights come from.</summary>
    private const ulong Stream = 1;

    /// <summary>
    /// σ = (v/(P·k))^¼ for P pairs in a row: the pair sum then has variance P·k·σ⁴ = v. A fixed σ that suits ten fields is, with forty,
    /// noise that the first epoch learns by heart.
    /// </summary>
    public static double Deviation(double pairsPerRow, int latent) =>
        Math.Pow(Variance / (Math.Max(pairsPerRow, 1) * Math.Max(latent, 1)), 0.25);

    /// <summary>The random numbers of a seed.</summary>
    public static StableRandom Random(ulong seed) => new(seed, Stream);

    /// <summary>Draws <paramref name="latent"/> weights from N(0, σ²).</summary>
    public static void Draw(StableRandom random, float* vector, int latent, double deviation)
    {
        for (int d = 0; d < latent; d++) vector[d] = (float)(deviation * random.NextNormal());
    }
}
