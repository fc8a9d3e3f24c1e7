namespace CtrRuntime.Kernels;

/// <summary>Logistic regression has no pairs: bias and linear terms are the whole logit, and they are summed where slots are found.</summary>
internal sealed unsafe class LrKernel : Kernel
{
    public override double Pairs(in WeightTable weights, in KernelRow row, in KernelRow next, FieldRow* scratch) => 0;
}
