namespace CtrRuntime.Kernels;

/// <summary>Logistic regression has no pairs: bias and linear terms are the whole logit, and they are summed where slots are found.</summary>
internal sealed unsafe class LrKernel : Kernel
{
    public override void Pairs(in WeightTable weights, in RowGroup group, in RowGroup next, double* pairs, byte* scratch) =>
        new Span<double>(pairs, group.Rows).Clear();

    public override nuint ContextSize(in WeightTable weights, int count) => 0;

    public override void Prepare(in WeightTable weights, in RowGroup group, in KernelContext context, byte* scratch)
    {
    }

    public override bool IsSound(in WeightTable weights, in KernelContext context) => true;

    public override void CandidatePairs(in WeightTable weights, in KernelContext context, in RowGroup group, in RowGroup next, double* pairs, byte* scratch) =>
        Pairs(weights, group, next, pairs, scratch);
}
