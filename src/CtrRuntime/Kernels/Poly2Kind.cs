namespace CtrRuntime.Kernels;

/// <summary>Logistic regression with a hashed weight for every pair of features.</summary>
internal sealed class Poly2Kind : ModelKind
{
    public override uint Id => 2;

    public override string Name => "poly2";

    public override bool HasPairTable => true;

    public override int LatentBlocks(int fields) => 0;

    public override Kernel CreateKernel(KernelLevel level, int paddedLatent)
    {
        KernelLevels.Resolve(level);
        return new Poly2Kernel();
    }
}
