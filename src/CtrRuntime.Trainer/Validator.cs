using System.Runtime.InteropServices;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Scoring;
using CtrRuntime.Trainer.Data;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Trainer;

/// <summary>
/// Scores rows of a <see cref="RowStore"/> by the runtime's own kernel from weights in the serving layout: what is validated is what will
/// be served.
/// </summary>
internal sealed unsafe class Validator : IDisposable
{
    private readonly Kernel _kernel;
    private readonly Link _link;
    private readonly Feature* _features;

    /// <summary>A validator of models of a kind, for rows up to the longest of <paramref name="rows"/>.</summary>
    public Validator(TrainingPlan plan, RowStore rows)
    {
        _kernel = plan.Kind.CreateKernel(KernelLevels.Resolve(KernelLevel.Best), SlotLayout.Of(plan.Kind.LatentBlocks(1), plan.Latent).PaddedLatent);
        _link = plan.Link;
        _features = (Feature*)NativeMemory.Alloc((nuint)Math.Max(1, rows.LongestRow), (nuint)sizeof(Feature));
    }

    /// <summary>The metrics of a model on all rows.</summary>
    public MetricValues Evaluate(WeightBuffer weights, float bias, RowStore rows)
    {
        Evaluation evaluation = Evaluation.For(_link);
        WeightTable table = weights.Table(bias);
        for (uint r = 0; r < rows.Count; r++)
        {
            Row row = rows[r];
            evaluation.Add(LinkFunctions.Apply(_link, Logit(table, row)), row.Label, row.Weight);
        }

        return evaluation.Result();
    }

    /// <summary>The logit of a row.</summary>
    public double Logit(in WeightTable table, in Row row)
    {
        for (int i = 0; i < row.Count; i++)
            _features[i] = new() { Slot = row.Slots[i], Field = row.Fields[i], Value = row.Values[i], Position = (uint)i };
        return InstanceNorm.None.Compose(table.Bias, _kernel.Evaluate(table, _features, row.Count, row.Keys), 0);
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.Free(_features);
}
