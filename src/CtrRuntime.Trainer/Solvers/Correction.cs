namespace CtrRuntime.Trainer.Solvers;

/// <summary>What a step taught L-BFGS of the Hessian: the step s, the change y of the gradient over it, and sᵀy &gt; 0.</summary>
internal sealed class Correction(int dimension)
{
    /// <summary>s.</summary>
    public double[] Step { get; } = new double[dimension];

    /// <summary>y.</summary>
    public double[] Change { get; } = new double[dimension];

    /// <summary>sᵀy.</summary>
    public double Product { get; set; }
}
