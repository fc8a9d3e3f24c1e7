using CtrRuntime.Input;

namespace CtrRuntime.Native.Tests;

/// <summary>Schemas of hashed text for tests.</summary>
internal static class TestSchemas
{
    /// <summary>A field of every kind and missing policy, and names beyond ASCII.</summary>
    public static Schema Mixed { get; } = new(
        KeyKind.Text,
        HashSeed: 0x1234_5678_9ABC_DEF0,
        [
            FieldSchema.Categorical("advertiser"),
            FieldSchema.Numeric("age", shift: 38.5, scale: 0.07),
            FieldSchema.Binned("prix €", [-1.5, 0, 2.25, 1e6]),
            FieldSchema.Categorical("place") with { Missing = MissingPolicy.Skip },
            FieldSchema.Numeric("income", shift: 0, scale: 1) with { Missing = MissingPolicy.Feature },
            FieldSchema.Binned("hour", [6, 12, 18]) with { Missing = MissingPolicy.Skip },
        ]);

    /// <summary>Categorical columns, as many as asked for.</summary>
    public static Schema Wide(int fields) =>
        new(KeyKind.Text, HashSeed: 7, [.. Enumerable.Range(0, fields).Select(f => FieldSchema.Categorical($"column {f}"))]);
}
