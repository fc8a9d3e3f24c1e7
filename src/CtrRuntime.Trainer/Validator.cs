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
        _features = (Feature*)NativeMemory.Alloc((nuint)rows.LongestRow + Kernel.Padding, (nuint)sizeof(Feature));
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
        WeightTable table = weights.Table(bias);
        for (int i = 0; i < row.Count; i++)
        {
            uint slot = row.Slots[i];
            _features[i] = new()
            {
                Row = table.Row(slot), Field = row.Fields[i], Weight = weights.Linear[slot], Value = row.Values[i], Position = (uint)i,
            };
        }

        double linear = LinearSum.Of(_features, row.Count);
        var known = new KernelRow { Features = _features, Count = row.Count, Keys = row.Keys };
        _kernel.Arrange(table, ref known);
        return InstanceNorm.None.Compose(bias, linear, _kernel.Pairs(table, known, default, _fields), 0);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_features);
        NativeMemory.Free(_fields);
    }
}
