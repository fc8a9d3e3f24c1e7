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
    private readonly int _longest;
    private KernelRow? _row;

    /// <summary>A validator of models of a kind, for rows up to the longest of <paramref name="rows"/>.</summary>
    public Validator(TrainingPlan plan, RowStore rows)
    {
        int padded = SlotLayout.Of(plan.Kind.LatentBlocks(1), plan.Latent, WeightType.Float32).PaddedLatent;
        _kernel = plan.Kind.CreateKernel(KernelLevels.Resolve(KernelLevel.Best), padded, WeightType.Float32);
        _link = plan.Link;
        _longest = rows.LongestRow;
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
        KernelRow known = _row ??= new KernelRow(_kernel, table, _longest);
        for (int i = 0; i < row.Count; i++)
        {
            uint slot = row.Slots[i];
            known.Slots[i] = table.Row(slot);
            known.Weights[i] = weights.Linear[slot];
            known.Values[i] = row.Values[i];
            known.Fields[i] = row.Fields[i];
            known.Keys[i] = row.Keys[i];
        }

        double linear = LinearSum.Of(known.Weights, known.Values, row.Count);
        return InstanceNorm.None.Compose(bias, linear, known.Pairs(table, row.Count), 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _row?.Dispose();
}
