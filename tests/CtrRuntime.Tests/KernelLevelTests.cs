using CtrRuntime.Kernels;

namespace CtrRuntime.Tests;

public sealed class KernelLevelTests
{
    [Theory]
    [InlineData(KernelLevel.V2)]
    [InlineData(KernelLevel.V3)]
    [InlineData(KernelLevel.V4)]
    [InlineData(KernelLevel.Best)]
    public void A_name_parses_back_to_its_level(KernelLevel level) => Assert.Equal(level, KernelLevels.Parse(KernelLevels.Name(level)));
}
