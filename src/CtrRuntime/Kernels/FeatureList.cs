namespace CtrRuntime.Kernels;

/// <summary>Known features of a row in some order, with what multiplies their latent vectors: the value, times the scale of the slot where it has one.</summary>
internal unsafe struct FeatureList
{
    /// <summary>Bytes a feature.</summary>
    private const int FeatureSize = sizeof(double) + sizeof(ulong) + sizeof(ulong) + sizeof(float);

    /// <summary>Number of features.</summary>
    public int Count;

    /// <summary>The factors, exactly.</summary>
    public double* Exact;

    /// <summary>The floats next to them.</summary>
    public float* Rounded;

    /// <summary>Where their latent vectors start.</summary>
    public byte** Slots;

    /// <summary>Field and position in the row; see <see cref="FeatureOrder"/>.</summary>
    public ulong* Orders;

    /// <summary>An empty list in memory of <see cref="Size"/> bytes.</summary>
    public FeatureList(byte* memory, int capacity)
    {
        Count = 0;
        Exact = (double*)memory;
        Slots = (byte**)(Exact + capacity);
        Orders = (ulong*)(Slots + capacity);
        Rounded = (float*)(Orders + capacity);
    }

    /// <summary>Bytes of memory for a list of so many features; a multiple of 64.</summary>
    public static nuint Size(int capacity) => (((nuint)capacity * FeatureSize) + 63) & ~(nuint)63;

    /// <summary>The field of a feature.</summary>
    public readonly uint Field(int feature) => FeatureOrder.Field(Orders[feature]);

    /// <summary>Appends the known features of a row, in its order.</summary>
    public void AddKnown(in WeightTable weights, in RowFeatures row)
    {
        for (int i = 0; i < row.Count; i++)
        {
            if (row.Slots[i] != weights.ZeroSlot) Orders[Count++] = FeatureOrder.Of(row.Fields == null ? (uint)i : row.Fields[i], i);
        }
    }

    /// <summary>Looks up what belongs to each feature's position. Reads the scales of slots where the weights have one.</summary>
    public readonly void Fill(in WeightTable weights, in RowFeatures row)
    {
        bool scaled = weights.Type == WeightType.Int8;
        for (int i = 0; i < Count; i++)
        {
            int position = FeatureOrder.Position(Orders[i]);
            Slots[i] = row.Slots[position];
            double factor = row.Values == null ? 1 : row.Values[position];
            if (scaled) factor *= *(float*)(Slots[i] + weights.ScaleOffset);
            Exact[i] = factor;
            Rounded[i] = (float)factor;
        }
    }

    /// <summary>Copies a feature to another place.</summary>
    public readonly void Move(int from, int to)
    {
        Exact[to] = Exact[from];
        Rounded[to] = Rounded[from];
        Slots[to] = Slots[from];
        Orders[to] = Orders[from];
    }
}
