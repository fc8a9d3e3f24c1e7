using CtrRuntime.Kernels;

namespace CtrRuntime.Trainer.Learners;

/// <summary>The learner of every model kind, registered once.</summary>
internal static class LearnerKinds
{
    /// <summary>The most epochs when a validation file decides which one is kept.</summary>
    public const int Epochs = 100;

    /// <summary>The epochs when nothing tells which one is best.</summary>
    public const int EpochsWithoutValidation = 10;

    /// <summary>Epochs without a better validation metric before training ends.</summary>
    public const int Patience = 4;

    /// <summary>How much of the running average of the weights an epoch keeps.</summary>
    public const double Averaging = 0.7;

    /// <summary>The pair table of POLY2 has 2^20 weights: 4 MB.</summary>
    public const int PairBits = 20;

    /// <summary>
    /// All learners. Rates, ridges and latent lengths are those that did best together on Adult (13 fields, 29,000 rows), Bank
    /// Marketing (19 fields, 29,000 rows) and a synthetic log (39 fields, 400,000 rows); those of mf on synthetic ratings. Linear terms want the
    /// lower rate on long logs, where one epoch at the higher one already overfits; the vectors of FFM meet one field each and bear more.
    /// </summary>
    public static IReadOnlyList<LearnerKind> All { get; } =
    [
        new() { Name = "lr", Create = setup => new LrLearner(setup), LinearL2 = 0.2 },
        new() { Name = "poly2", Create = setup => new Poly2Learner(setup), PairRate = 0.01, PairL2 = (pairs, _) => PairRidge.OfWeights(pairs, 1) },
        new() { Name = "mf", Create = setup => new FmLearner(setup), Latent = 8, Loss = Loss.Squared, PairRate = 0.1, PairL2 = (pairs, k) => PairRidge.OfLatent(pairs, k, 0.3) },
        new() { Name = "fm", Create = setup => new FmLearner(setup), Latent = 8, PairL2 = (pairs, k) => PairRidge.OfLatent(pairs, k, 1) },
        new() { Name = "ffm", Create = setup => new FfmLearner(setup), Latent = 4, PairRate = 0.1, PairL2 = (pairs, k) => PairRidge.OfLatent(pairs, k, 4) },
    ];

    /// <summary>The learner of a model kind.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Unsupported"/>: models of this kind are scored but not trained.</exception>
    public static LearnerKind Of(ModelKind kind) =>
        All.FirstOrDefault(learner => learner.Name == kind.Name)
        ?? throw new CtrException(CtrStatus.Unsupported, $"models of kind {kind.Name} cannot be trained");
}
