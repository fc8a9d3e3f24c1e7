using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CtrRuntime.Kernels;
using CtrRuntime.Kernels.Blocks;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Trainer.Learners.Blocks;

/// <summary>Which blocks there are for the registers of a level and a latent length.</summary>
internal static class StepShapes
{
    /// <summary>The blocks for a level that can be run here and a latent length, a multiple of 4.</summary>
    public static FieldSteps Find(KernelLevel level, int paddedLatent) => level switch
    {
        KernelLevel.V4 when paddedLatent == 4 => new StepsOfFour<Register512, Vector512<uint>, Vector512<float>, Vector512<double>, StepRegister>(),
        KernelLevel.V4 when paddedLatent == 8 => new StepsOfTwo<Register512, Vector512<uint>, Vector512<float>, Vector512<double>, StepRegister>(),
        KernelLevel.V4 when paddedLatent % 16 == 0 => new StepsOfOne<Register512, Vector512<uint>, Vector512<float>, Vector512<double>, StepRegister>(paddedLatent),
        >= KernelLevel.V3 when paddedLatent == 4 && Avx2.IsSupported => new StepsOfTwo<Register256, Vector256<uint>, Vector256<float>, Vector256<double>, StepRegister>(),
        >= KernelLevel.V3 when paddedLatent % 8 == 0 && Avx2.IsSupported => new StepsOfOne<Register256, Vector256<uint>, Vector256<float>, Vector256<double>, StepRegister>(paddedLatent),
        _ => new StepsOfOne<Register128<Vector128Ops>, Vector128<uint>, Vector128<float>, Vector128<double>, StepRegister>(paddedLatent),
    };
}
