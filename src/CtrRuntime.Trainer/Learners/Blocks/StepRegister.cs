using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace CtrRuntime.Trainer.Learners.Blocks;

/// <summary>Registers of every width.</summary>
internal readonly struct StepRegister : IStepRegister<Vector512<float>>, IStepRegister<Vector256<float>>, IStepRegister<Vector128<float>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> InverseRoot(Vector512<float> x) => AdaGrad.InverseRoot(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> InverseRoot(Vector256<float> x) => AdaGrad.InverseRoot(x);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> InverseRoot(Vector128<float> x) => AdaGrad.InverseRoot(x);
}
