using System.Runtime.InteropServices;
using CtrRuntime.Kernels;

namespace CtrRuntime.Tests;

public sealed class KernelLevelTests
{
    [Theory]
    [InlineData(KernelLevel.V2)]
    [InlineData(KernelLevel.V3)]
    [InlineData(KernelLevel.V4)]
    [InlineData(KernelLevel.Arm64)]
    [InlineData(KernelLevel.Best)]
    public void A_name_parses_back_to_its_level(KernelLevel level) => Assert.Equal(level, KernelLevels.Parse(KernelLevels.Name(level)));

    [Fact]
    public void The_best_level_is_the_last_of_those_supported() => Assert.Equal(KernelLevels.Supported.Last(), KernelLevels.Resolve(KernelLevel.Best));

    [Fact]
    public void Levels_of_another_architecture_are_refused()
    {
        bool arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
        KernelLevel[] others = arm ? [KernelLevel.V2, KernelLevel.V3, KernelLevel.V4] : [KernelLevel.Arm64];
        Assert.All(others, level =>
        {
            Assert.DoesNotContain(level, KernelLevels.Supported);
            var refusal = Assert.Throws<CtrException>(() => CtrModel.Open([], new CtrOpenOptions { Level = level }));
            Assert.Equal(CtrStatus.Unsupported, refusal.Status);
        });
    }
}
