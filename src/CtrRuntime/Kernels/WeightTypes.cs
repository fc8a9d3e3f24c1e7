namespace CtrRuntime.Kernels;

/// <summary>Facts about <see cref="WeightType"/>.</summary>
internal static class WeightTypes
{
    /// <summary>All types, in the order of their numbers.</summary>
    public static IReadOnlyList<WeightType> All { get; } = [WeightType.Float32, WeightType.BFloat16, WeightType.Int8];

    /// <summary>Bytes of a weight.</summary>
    public static int Size(this WeightType type) => type switch
    {
        WeightType.Float32 => sizeof(float),
        WeightType.BFloat16 => sizeof(ushort),
        WeightType.Int8 => sizeof(sbyte),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The name on the command line and in reports.</summary>
    public static string Name(this WeightType type) => type switch
    {
        WeightType.Float32 => "f32",
        WeightType.BFloat16 => "bf16",
        WeightType.Int8 => "int8",
        _ => ((int)type).ToString(System.Globalization.CultureInfo.InvariantCulture),
    };
}
