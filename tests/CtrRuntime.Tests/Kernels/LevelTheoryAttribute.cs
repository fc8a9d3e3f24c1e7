using CtrRuntime.Kernels;

namespace CtrRuntime.Tests.Kernels;

/// <summary>A theory for one kernel level, skipped with the reason where the processor does not have it.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LevelTheoryAttribute : TheoryAttribute
{
    public LevelTheoryAttribute(KernelLevel level)
    {
        Level = level;
        if (!KernelLevels.IsSupported(level)) Skip = $"this processor does not have {KernelLevels.Name(level)}";
    }

    public KernelLevel Level { get; }
}
