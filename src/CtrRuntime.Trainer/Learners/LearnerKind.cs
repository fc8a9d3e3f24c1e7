using CtrRuntime.Kernels;

namespace CtrRuntime.Trainer.Learners;

/// <summary>How models of a kind are trained: the learner, and its defaults. Learners are listed in <see cref="LearnerKinds"/>.</summary>
internal sealed record LearnerKind
{
    /// <summary>Name of the <see cref="ModelKind"/>.</summary>
    public required string Name { get; init; }

    /// <summary>Makes the learner.</summary>
    public required Func<LearnerSetup, Learner> Create { get; init; }

    /// <summary>What is minimised.</summary>
    public Loss Loss { get; init; } = Loss.Logistic;

    /// <summary>Latent length k; 0 for kinds without latent vectors.</summary>
    public int Latent { get; init; }

    /// <summary>η of bias and linear weights.</summary>
    public double LinearRate { get; init; } = 0.05;

    /// <summary>η of latent vectors and pair weights.</summary>
    public double PairRate { get; init; } = 0.05;

    /// <summary>Ridge of linear weights.</summary>
    public double LinearL2 { get; init; } = 1;

    /// <summary>Ridge of latent vectors and pair weights, from the mean number of pairs in a row and the latent length.</summary>
    public Func<double, int, double> PairL2 { get; init; } = (_, _) => 0;
}
