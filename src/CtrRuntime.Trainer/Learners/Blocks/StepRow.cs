namespace CtrRuntime.Trainer.Learners.Blocks;

/// <summary>A row by field, with what its latent vectors are stepped by: arrays with an element for each field, padded to <see cref="FieldSteps.Padding"/>.</summary>
internal unsafe ref struct StepRow
{
    /// <summary>The slot of each field's feature in the training table; for missing fields one whose weights are zero, and stay it.</summary>
    public byte** Slots;

    /// <summary>The slots of the row that is stepped next, which are asked for meanwhile; null: nothing is.</summary>
    public byte** Next;

    /// <summary>Number of fields.</summary>
    public int Fields;

    /// <summary>Bytes from a weight to its accumulator.</summary>
    public nuint Squares;

    /// <summary>ω κ x of each field's feature; 0 for missing fields.</summary>
    public float* Scales;

    /// <summary>The ridge λ ω / n of each field's feature; 0 for missing fields.</summary>
    public float* Ridges;

    /// <summary>The value x of each field's feature, 0 for missing fields; null: all 1, and no field is missing.</summary>
    public float* Values;

    /// <summary>Where there are <see cref="Values"/>, 1 for fields that are there and 0 for missing ones.</summary>
    public float* Present;

    /// <summary>−η, η being the learning rate.</summary>
    public float NegativeRate;
}
