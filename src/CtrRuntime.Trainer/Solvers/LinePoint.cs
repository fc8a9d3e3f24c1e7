namespace CtrRuntime.Trainer.Solvers;

/// <summary>A point of φ(α) = f(x + α p): the step α, the value φ and the slope φ′.</summary>
internal readonly record struct LinePoint(double Step, double Value, double Slope);
