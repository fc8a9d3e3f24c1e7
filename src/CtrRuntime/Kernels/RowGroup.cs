namespace CtrRuntime.Kernels;

/// <summary>
/// Consecutive rows that are scored together: arrays with an element for each feature of all rows, in the caller's order. Several short rows make one
/// group, so that enough of their memory is on the way at once. Arrays that are ours have room for <see cref="Padding"/> more elements, so that they
/// can be written in whole vectors.
/// </summary>
internal unsafe struct RowGroup
{
    /// <summary>Elements that may be written behind the last feature.</summary>
    public const int Padding = 16;

    /// <summary>Most rows of a group.</summary>
    public const int MostRows = 64;

    /// <summary>Most features of a group of more than one row: a few rows are enough to hide what a group costs beside its rows.</summary>
    public const int MostFeatures = 128;

    /// <summary>Number of rows; 0 when the batch is over.</summary>
    public int Rows;

    /// <summary>Features of all rows.</summary>
    public int Count;

    /// <summary>Rows + 1 offsets of the batch; the features of row r stand at Offsets[r] − Offsets[0] and behind.</summary>
    public ulong* Offsets;

    /// <summary>The caller's keys.</summary>
    public ulong* Keys;

    /// <summary>The caller's fields; null: feature i of a row is of field i.</summary>
    public uint* Fields;

    /// <summary>The caller's values; null: all 1.</summary>
    public float* Values;

    /// <summary>Where the latent vectors of a feature start: <see cref="WeightTable.ZeroSlot"/> if it is unknown. Ours; undefined for kinds without latent vectors.</summary>
    public byte** Slots;

    /// <summary>The linear weight of a feature, 0 if it is unknown. Ours.</summary>
    public float* Weights;

    /// <summary>A bit for each unknown feature, 64 a word. Ours.</summary>
    public ulong* Unknown;

    /// <summary>What the kernel knows of the group, <see cref="Kernel.MemoryFor"/> bytes, aligned to 64. Ours.</summary>
    public byte* Memory;

    /// <summary>One row of the group.</summary>
    public readonly RowFeatures Row(int row)
    {
        Take(row, out RowFeatures features);
        return features;
    }

    /// <summary>One row of the group, without a copy: a copy must wait until its parts are in memory.</summary>
    public readonly void Take(int row, out RowFeatures features)
    {
        int start = Start(row);
        features.Count = Length(row);
        features.Fields = Fields == null ? null : Fields + start;
        features.Values = Values == null ? null : Values + start;
        features.Slots = Slots + start;
    }

    /// <summary>The first feature of a row.</summary>
    public readonly int Start(int row) => (int)(Offsets[row] - Offsets[0]);

    /// <summary>Number of features of a row.</summary>
    public readonly int Length(int row) => (int)(Offsets[row + 1] - Offsets[row]);

    /// <summary>Whether a feature is unknown to the model.</summary>
    public readonly bool IsUnknown(int feature) => (Unknown[feature >> 6] >> feature & 1) != 0;
}
