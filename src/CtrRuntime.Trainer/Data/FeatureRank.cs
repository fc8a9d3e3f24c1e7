namespace CtrRuntime.Trainer.Data;

/// <summary>What decides the slot of a feature: the most frequent comes first, and where that is equal the lowest key.</summary>
/// <param name="Count">Its occurrences.</param>
/// <param name="Key">Its key.</param>
/// <param name="Number">The number that it has so far.</param>
internal readonly record struct FeatureRank(long Count, ulong Key, uint Number) : IComparable<FeatureRank>
{
    /// <inheritdoc/>
    public int CompareTo(FeatureRank other) => Count != other.Count ? other.Count.CompareTo(Count) : Key.CompareTo(other.Key);
}
