namespace CtrRuntime.Trainer.Data;

/// <summary>How often a feature occurs in the training rows.</summary>
internal struct FeatureCount
{
    /// <summary>Occurrences, those of every row counted by its weight.</summary>
    public double Weighted;

    /// <summary>Occurrences, those of every row counted once.</summary>
    public long Plain;
}
