namespace CtrRuntime.Input;

/// <summary>What <see cref="SchemaEncoder"/> made of a raw value.</summary>
public enum EncodeResult
{
    /// <summary>One feature.</summary>
    Feature,

    /// <summary>No feature: the value is missing, and the field skips missing values.</summary>
    None,

    /// <summary>A refusal (<see cref="CtrStatus.FieldValue"/>): a number that is not finite, or text where a number or an id is needed.</summary>
    NotANumber,
}
