namespace CtrRuntime.Input;

/// <summary>One feature of a row: the triple that models are scored with.</summary>
/// <param name="Field">The feature's field.</param>
/// <param name="Key">The feature's identity.</param>
/// <param name="Value">Its real number, 1 for a category.</param>
public readonly record struct FeatureValue(uint Field, ulong Key, float Value);
