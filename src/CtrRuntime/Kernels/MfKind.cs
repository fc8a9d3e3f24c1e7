using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// Matrix factorization with biases: a factorization machine of exactly two fields, b + b_u + b_i + &lt;p_u, q_i&gt;.
/// It shares that kernel; the kind exists for its defaults (ratings, identity link) and its check of the fields.
/// </summary>
internal sealed class MfKind : ModelKind
{
    public override uint Id => 3;

    public override string Name => "mf";

    public override int? ExactFields => 2;

    public override int LatentBlocks(int fields) => 1;

    public override Kernel CreateKernel(KernelLevel level, int paddedLatent, WeightType type) =>
        VectorLevels.Create<FmKernelFactory>(level, paddedLatent, type);
}
