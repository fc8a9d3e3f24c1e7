using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Factorization machine: one latent vector a feature, fields ignored.</summary>
internal sealed class FmKind : ModelKind
{
    public override uint Id => 4;

    public override string Name => "fm";

    public override int LatentBlocks(int fields) => 1;

    public override Kernel CreateKernel(KernelLevel level, int paddedLatent, WeightType type) =>
        VectorLevels.Create<FmKernelFactory>(level, paddedLatent, type);
}
