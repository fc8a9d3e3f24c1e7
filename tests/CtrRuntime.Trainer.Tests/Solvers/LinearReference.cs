using System.Globalization;
using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Tests.Solvers;

/// <summary>The objective of a linear model, written as its definition reads, over rows of libffm text.</summary>
internal sealed class LinearReference(Loss loss, double l2)
{
    private readonly List<(double Label, double Weight, (ulong Key, double Value)[] Features)> _rows = [];

    /// <summary>Every key in the rows.</summary>
    public IEnumerable<ulong> Keys => _rows.SelectMany(row => row.Features).Select(feature => feature.Key).Distinct();

    /// <summary>Appends the lines of a text.</summary>
    public LinearReference Read(IEnumerable<string> lines)
    {
        foreach (string line in lines)
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 0) _rows.Add((Number(words[0]), 1, [.. words[1..].Select(Feature)]));
        }

        return this;

        // Values are kept in single precision.
        static (ulong, double) Feature(string word) =>
            word.Split(':') is [_, string key, string value]
                ? (ulong.Parse(key, CultureInfo.InvariantCulture), (float)Number(value))
                : throw new FormatException(word);
    }

    /// <summary>Appends rows in memory; their keys are their slots.</summary>
    public unsafe LinearReference Read(RowStore rows)
    {
        for (uint r = 0; r < rows.Count; r++)
        {
            Row row = rows[r];
            var features = new (ulong, double)[row.Count];
            for (int i = 0; i < row.Count; i++) features[i] = (row.Slots[i], row.Values[i]);
            _rows.Add((row.Label, row.Weight, features));
        }

        return this;
    }

    /// <summary>Σ ω loss + ½ λ (‖w‖² + b²).</summary>
    /// <param name="weight">The weight of a key.</param>
    /// <param name="bias">The bias.</param>
    public double Objective(Func<ulong, double> weight, double bias) =>
        _rows.Sum(row => row.Weight * Loss(Logit(row.Features, weight, bias), row.Label)) +
        (l2 / 2 * ((bias * bias) + Keys.Sum(key => weight(key) * weight(key))));

    /// <summary>‖gradient‖ of the objective.</summary>
    public double GradientNorm(Func<ulong, double> weight, double bias)
    {
        double biasSlope = l2 * bias;
        Dictionary<ulong, double> slopes = Keys.ToDictionary(key => key, key => l2 * weight(key));
        foreach ((double label, double rowWeight, (ulong Key, double Value)[] features) in _rows)
        {
            double logit = Logit(features, weight, bias);
            double slope = rowWeight * ((loss == Trainer.Loss.Squared ? logit : 1 / (1 + Math.Exp(-logit))) - label);
            biasSlope += slope;
            foreach ((ulong key, double value) in features) slopes[key] += slope * value;
        }

        return Math.Sqrt((biasSlope * biasSlope) + slopes.Values.Sum(slope => slope * slope));
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static double Logit((ulong Key, double Value)[] features, Func<ulong, double> weight, double bias) =>
        bias + features.Sum(feature => weight(feature.Key) * feature.Value);

    private double Loss(double logit, double label) =>
        loss == Trainer.Loss.Squared ? (logit - label) * (logit - label) / 2 : Math.Log(1 + Math.Exp(label > 0 ? -logit : logit));
}
