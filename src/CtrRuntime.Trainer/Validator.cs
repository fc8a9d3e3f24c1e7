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
    private readonly FieldRow* _fields;

    /// <summary>A validator of models of a kind, for rows up to the longest of <paramref name="rows"/>.</summary>
    public Validator(TrainingPlan plan, RowStore rows)
    {
        _kernel = plan.Kind.CreateKernel(KernelLevels.Resolve(KernelLevel.Best), SlotLayout.Of(plan.Kind.LatentBlocks(1), plan.Latent, WeightType.Float32).PaddedLatent, WeightType.Float32);
        _link = plan.Link;
        _features = (Feature*)NativeMemory.Alloc((nuint)Math.Max(1, rows.LongestRow), (nuint)sizeof(Feature));
        _fields = (FieldRow*)NativeMemory.Alloc((nuint)Math.Max(Kernel.LeastScratch, rows.LongestRow), (nuint)sizeof(FieldRow));
    }

    /// <summary>The metrics of a model on all rows.</summary>
    public MetricValues Evaluate(WeightBuffer weights, float bias, RowStore rows)
    {
        Evaluation evaluation = Evaluation.For(_link);
        for (uint r = 0; r < rows.Count; r++)
        {
            Row row = rows[r];
            evaluation.Add(LinkFunctions.Apply(_link, Logit(weights, bias, row)), row.Label, row.Weight);
        }

        return evaluation.Result();
    }

    /// <summary>The logit of a row.</summary>
    public double Logit(WeightBuffer weights, float bias, in Row row)
    {
        var linear = new LinearSum();
        bool inFieldOrder = true;
        for (int i = 0; i < row.Count; i++)
        {
            linear.Add(weights.Linear[row.Slots[i]], row.Values[i]);
            inFieldOrder &= row.Fields[i] == i & row.Values[i] == 1;
            _features[i] = new() { Slot = row.Slots[i], Field = row.Fields[i], Value = row.Values[i], Position = (uint)i };
        }

        var known = new KernelRow { Features = _features, Count = row.Count, InFieldOrder = inFieldOrder, Keys = row.Keys };
        return InstanceNorm.None.Compose(bias, linear.Total, _kernel.Pairs(weights.Table(bias), known, default, _fields), 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_features);
        NativeMemory.Free(_fields);
    }
}
