namespace CtrRuntime.Trainer.Learners.Blocks;

/// <summary>What steps need of a register beside what scoring does.</summary>
internal interface IStepRegister<TFloats>
    where TFloats : unmanaged
{
    /// <summary>1/√x, to the last bits but one or two.</summary>
    static abstract TFloats InverseRoot(TFloats x);
}
