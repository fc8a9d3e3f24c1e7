using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Logistic regression with a hashed weight for every pair of features.</summary>
internal sealed class Poly2Kind : ModelKind
{
    public override uint Id => 2;

    public override string Name => "poly2";

    public override bool HasPairTable => true;

    public override int LatentBlocks(int fields) => 0;

    /// <summary>There are no latent vectors: a level's widest registers are used.</summary>
    public override Kernel CreateKernel(KernelLevel level, int paddedLatent, WeightType type) => VectorLevels.Create<Poly2KernelFactory>(level, 16, type);
}
