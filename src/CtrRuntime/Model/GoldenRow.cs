namespace CtrRuntime.Model;

/// <summary>A row that is stored with its logit, so that opening the file re-scores it.</summary>
/// <param name="Fields">Field of each feature.</param>
/// <param name="Keys">Key of each feature.</param>
/// <param name="Values">Value of each feature.</param>
internal sealed record GoldenRow(uint[] Fields, ulong[] Keys, float[] Values);
