using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Logistic regression with a hashed weight for every pair of features.</summary>
internal sealed class Poly2Kind : ModelKind
{
    public override uint Id => 2;

    public override string Name => "poly2";

    public override bool HasPairTable => true;

    public override int LatentBlocks(int fields) => 0;

    public override Kernel CreateKernel(KernelLevel level, int paddedLatent, WeightType type)
    {
        KernelLevels.ResolveKernels(level);
        return type switch
        {
            WeightType.Float32 => new Poly2Kernel<Float32Weights>(),
            WeightType.BFloat16 => new Poly2Kernel<BFloat16Weights>(),
            _ => new Poly2Kernel<Int8Weights>(),
        };
    }
}
