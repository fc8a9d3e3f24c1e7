using CtrRuntime.Kernels;

namespace CtrRuntime.Trainer.Learners;

/// <summary>The learner of every model kind, registered once.</summary>
internal static class LearnerKinds
{
    /// <summary>The most epochs when a validation file decides which one is kept.</summary>
    public const int Epochs = 50;

    /// <summary>The epochs when nothing tells which one is best.</summary>
    public const int EpochsWithoutValidation = 10;

    /// <summary>The pair table of POLY2 has 2^20 weights: 4 MB.</summary>
    public const int PairBits = 20;

    /// <summary>All learners.</summary>
    public static IReadOnlyList<LearnerKind> All { get; } =
    [
        new() { Name = "lr", Create = setup => new LrLearner(setup) },
        new() { Name = "poly2", Create = setup => new Poly2Learner(setup) },
        new() { Name = "mf", Create = setup => new FmLearner(setup), Latent = 8, Loss = Loss.Squared },
        new() { Name = "fm", Create = setup => new FmLearner(setup), Latent = 8 },
        new() { Name = "ffm", Create = setup => new FfmLearner(setup), Latent = 4 },
    ];

    /// <summary>The learner of a model kind.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Unsupported"/>: models of this kind are scored but not trained.</exception>
    public static LearnerKind Of(ModelKind kind) =>
        All.FirstOrDefault(learner => learner.Name == kind.Name)
        ?? throw new CtrException(CtrStatus.Unsupported, $"models of kind {kind.Name} cannot be trained");
}
