namespace CtrRuntime.Kernels;

/// <summary>The features of one field of a row, addresses worked out: what the pair loops of a field-aware kernel read. 40 bytes.</summary>
internal unsafe struct FieldRow
{
    /// <summary>The slot of the first feature.</summary>
    public byte* Row;

    /// <summary>Bytes from the start of any slot to the latent vector for this field.</summary>
    public nuint Block;

    /// <summary>All features of the field, the first included.</summary>
    public Feature* Features;

    /// <summary>Number of features.</summary>
    public int Count;

    /// <summary>The value of the first feature; 0 in place of a field that the row does not have.</summary>
    public float Value;
}
