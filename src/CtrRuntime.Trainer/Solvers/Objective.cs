namespace CtrRuntime.Trainer.Solvers;

/// <summary>A function to be minimised: its value at a point; the gradient there goes to <paramref name="gradient"/>.</summary>
internal delegate double Objective(double[] point, double[] gradient);
