namespace CtrRuntime.Native.Tests;

/// <summary>A test of the arm64 build, skipped with the reason where there is none or no emulator.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EmulatorFactAttribute : FactAttribute
{
    public EmulatorFactAttribute() => Skip = Emulator.Missing;
}
