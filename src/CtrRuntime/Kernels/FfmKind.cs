using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Field-aware factorization machine: a latent vector a feature for every field, its own included.</summary>
internal sealed class FfmKind : ModelKind
{
    public override uint Id => 5;

    public override string Name => "ffm";

    public override bool UsesFields => true;

    public override int LatentBlocks(int fields) => fields;

    public override Kernel CreateKernel(KernelLevel level, int paddedLatent, WeightType type) =>
        VectorLevels.Create<FfmKernelFactory>(level, paddedLatent, type);
}
