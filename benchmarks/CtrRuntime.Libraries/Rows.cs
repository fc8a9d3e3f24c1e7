namespace CtrRuntime.Libraries;

/// <summary>Rows of one feature a field: slots at random, the slots of each field its own where fields share none.</summary>
internal sealed class Rows
{
    /// <summary>Fields of each row.</summary>
    public const int Fields = 39;

    /// <summary>Rows.</summary>
    public const int Count = 4096;

    /// <summary>Rows scored together.</summary>
    public const int Batch = 256;

    /// <summary>Makes the rows.</summary>
    /// <param name="slots">Slots of the model.</param>
    /// <param name="apart">Whether each field has slots of its own, slots / <see cref="Fields"/> of them.</param>
    public Rows(int slots, bool apart)
    {
        var random = new Random(7);
        int own = slots / Fields;
        for (int i = 0; i < Slots.Length; i++) Slots[i] = apart ? (i % Fields * own) + random.Next(own) : random.Next(slots);
    }

    /// <summary>The slot of each feature.</summary>
    public long[] Slots { get; } = new long[Count * Fields];
}
