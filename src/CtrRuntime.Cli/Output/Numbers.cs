using System.Globalization;

namespace CtrRuntime.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Numbers
{
    /// <summary>A count as it is, so that it can be copied and compared.</summary>
    public static string Count(long value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>A metric.</summary>
    public static string Real(double value) => double.IsNaN(value) ? "n/a" : value.ToString("0.000000", CultureInfo.InvariantCulture);

    /// <summary>A size.</summary>
    public static string Bytes(double value) => value switch
    {
        < 1e3 => $"{value:0} B",
        < 1e6 => $"{value / 1e3:0.0} KB",
        < 1e9 => $"{value / 1e6:0.0} MB",
        _ => $"{value / 1e9:0.00} GB",
    };

    /// <summary>A large number with a unit, for example 3.2 M.</summary>
    public static string Large(double value) => value switch
    {
        < 1e3 => $"{value:0}",
        < 1e6 => $"{value / 1e3:0.0} k",
        < 1e9 => $"{value / 1e6:0.0} M",
        _ => $"{value / 1e9:0.00} G",
    };
}
