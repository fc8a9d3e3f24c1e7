using CtrRuntime.Input;

namespace CtrRuntime.Trainer.Data;

/// <summary>The rows of a run, in slots of the model that will be.</summary>
internal sealed class TrainingData : IDisposable
{
    /// <summary>Fields and keys.</summary>
    public required Schema Schema { get; init; }

    /// <summary>Number of fields that feature numbers refer to; 1 where rows have none.</summary>
    public int Fields => Math.Max(1, Schema.Fields.Count);

    /// <summary>The training rows.</summary>
    public required RowStore Rows { get; init; }

    /// <summary>The validation rows, without the features that the model does not know; null without a validation file.</summary>
    public required RowStore? Validation { get; init; }

    /// <summary>Weighted number of training occurrences of each slot.</summary>
    public required double[] Counts { get; init; }

    /// <summary>The key of each slot for an exact index; empty for the others.</summary>
    public required ulong[] SlotKeys { get; init; }

    /// <summary>A name of each slot for people; empty where there are none.</summary>
    public required string[] FeatureNames { get; init; }

    /// <summary>Pairs of features in a training row on average.</summary>
    public double PairsPerRow
    {
        get
        {
            double pairs = 0;
            for (uint r = 0; r < Rows.Count; r++) pairs += Rows[r].Count * (Rows[r].Count - 1.0) / 2;
            return pairs / Rows.Count;
        }
    }

    /// <summary>What the memory of the rows belongs to, when it is not theirs.</summary>
    public IDisposable? Memory { get; init; }

    /// <inheritdoc/>
    public void Dispose()
    {
        Rows.Dispose();
        Validation?.Dispose();
        Memory?.Dispose();
    }
}
