namespace CtrRuntime.Kernels;

/// <summary>Logistic regression: a bias and a weight per feature.</summary>
internal sealed class LrKind : ModelKind
{
    public override uint Id => 1;

    public override string Name => "lr";

    public override int LatentBlocks(int fields) => 0;

    public override Kernel CreateKernel(KernelLevel level, int paddedLatent, WeightType type)
    {
        KernelLevels.ResolveKernels(level);
        return new LrKernel();
    }
}
