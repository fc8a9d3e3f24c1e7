namespace CtrRuntime.Trainer;

/// <summary>How the loss is minimised.</summary>
public enum Solver
{
    /// <summary>AdaGrad, an example at a time; the model is the best average over epochs.</summary>
    Adagrad = 1,

    /// <summary>L-BFGS on all rows at once, to the optimum of the loss with its ridge; <c>lr</c> only.</summary>
    Lbfgs = 2,
}
