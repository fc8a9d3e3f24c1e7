using System.Globalization;

namespace CtrRuntime.Trainer.Metrics;

/// <summary>Named metrics in the order in which they are reported. A metric that cannot be computed (an AUC of one class) is NaN.</summary>
internal sealed class MetricValues
{
    private readonly KeyValuePair<string, double>[] _values;

    /// <summary>Takes the metrics in reporting order.</summary>
    public MetricValues(params KeyValuePair<string, double>[] values) => _values = values;

    /// <summary>All metrics, in reporting order.</summary>
    public IReadOnlyList<KeyValuePair<string, double>> All => _values;

    /// <summary>The metric of that name (see <see cref="MetricNames"/>), NaN when there is none.</summary>
    public double this[string name]
    {
        get
        {
            foreach (var (key, value) in _values)
                if (key == name)
                    return value;
            return double.NaN;
        }
    }

    /// <summary>The metric of that name, null when it could not be computed.</summary>
    public double? Known(string name) => this[name] is var value && double.IsNaN(value) ? null : value;

    /// <summary>For people: counts as they are, everything else with six decimals, what could not be computed as n/a.</summary>
    public static string Format(string name, double value)
    {
        if (double.IsNaN(value)) return "n/a";
        bool count = name is MetricNames.Rows or MetricNames.Weight or MetricNames.Positives;
        return value.ToString(count ? "0.###" : "0.000000", CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    public override string ToString() => string.Join(' ', _values.Select(metric => $"{metric.Key} {Format(metric.Key, metric.Value)}"));
}
