using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Learners;

/// <summary>What a learner is made of: the rows it will see, and the numbers of the optimiser.</summary>
internal sealed record LearnerSetup
{
    /// <summary>The training rows.</summary>
    public required RowStore Rows { get; init; }

    /// <summary>Weighted number of occurrences of each slot in them; 0 for a slot that never occurs.</summary>
    public required double[] Counts { get; init; }

    /// <summary>Number of fields F.</summary>
    public required int Fields { get; init; }

    /// <summary>What is minimised.</summary>
    public required LossFunction Loss { get; init; }

    /// <summary>Latent length k; 0 for kinds without latent vectors.</summary>
    public int Latent { get; init; }

    /// <summary>POLY2: the pair table has 2^PairBits weights.</summary>
    public int PairBits { get; init; }

    /// <summary>AdaGrad's η for bias and linear weights.</summary>
    public required double LinearRate { get; init; }

    /// <summary>AdaGrad's η for latent vectors and pair weights.</summary>
    public required double PairRate { get; init; }

    /// <summary>Ridge of linear weights; see <see cref="TrainingOptions.LinearL2"/>.</summary>
    public required double LinearL2 { get; init; }

    /// <summary>Ridge of latent vectors and pair weights; see <see cref="TrainingOptions.L2"/>.</summary>
    public required double PairL2 { get; init; }

    /// <summary>Standard deviation of the initial latent weights.</summary>
    public double InitialDeviation { get; init; }

    /// <summary>Decides the initial latent weights.</summary>
    public ulong Seed { get; init; }
}
