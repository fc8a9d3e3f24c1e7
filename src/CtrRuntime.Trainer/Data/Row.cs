namespace CtrRuntime.Trainer.Data;

/// <summary>An example with its features' slots: what a learner steps on. The memory belongs to a <see cref="RowStore"/>.</summary>
internal readonly unsafe ref struct Row
{
    /// <summary>Slot of each feature.</summary>
    public uint* Slots { get; init; }

    /// <summary>Field of each feature; not decreasing where the kind uses fields.</summary>
    public ushort* Fields { get; init; }

    /// <summary>Value of each feature, never 0.</summary>
    public float* Values { get; init; }

    /// <summary>Key of each feature.</summary>
    public ulong* Keys { get; init; }

    /// <summary>Number of features, 0 included.</summary>
    public int Count { get; init; }

    /// <summary>1 or 0 for a click or none, the rating for squared loss.</summary>
    public float Label { get; init; }

    /// <summary>How many such examples this one stands for; above 0.</summary>
    public float Weight { get; init; }
}
