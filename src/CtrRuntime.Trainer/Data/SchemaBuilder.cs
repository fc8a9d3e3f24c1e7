using CtrRuntime.Input;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// Makes the schema of a file with columns: every column is a categorical field unless it is named as label, weight or count, ignored, or
/// numeric. Numeric columns are read once for their quantiles, or their mean and standard deviation.
/// </summary>
internal sealed class SchemaBuilder(TrainingOptions options, Action<string> warn)
{
    /// <summary>The column of the label, unless another one is named.</summary>
    public const string DefaultLabel = "label";

    /// <summary>The schema of <paramref name="source"/>.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Data"/>: a named column is absent, has two roles, or a number cannot be read.</exception>
    public Schema Build(DataSource source)
    {
        using CsvReader rows = source.OpenColumns();
        string label = options.Label.Length > 0 || options.Clicks.Length > 0 ? options.Label : DefaultLabel;
        var roles = new Dictionary<string, string>();
        foreach ((string column, string role) in Roles(label))
        {
            if (rows.Find(column) < 0)
            {
                string hint = role == "label" && options.Label.Length == 0 ? "; name the column that has it" : "";
                throw InputError.At(source.Name, 1, 1, $"the header has no column '{column}' ({role}){hint}");
            }

            if (!roles.TryAdd(column, role))
                throw new CtrException(CtrStatus.InvalidArgument, $"column '{column}' cannot be {roles[column]} and {role}");
        }

        string[] fields = [.. rows.Header.Where(column => !roles.TryGetValue(column, out string? role) || role is "numeric" or "standardized")];
        if (fields.Length == 0) throw InputError.At(source.Name, 1, 1, "the header has no column left that could be a field");
        Dictionary<string, List<double>> numbers = ReadNumbers(rows);
        return new(
            KeyKind.Text,
            0,
            [.. fields.Select(name => Field(source, name, roles.GetValueOrDefault(name), numbers))],
            label,
            options.Weight,
            options.Clicks,
            options.Impressions);
    }

    private IEnumerable<(string Column, string Role)> Roles(string label)
    {
        if (label.Length > 0) yield return (label, "label");
        if (options.Weight.Length > 0) yield return (options.Weight, "weight");
        if (options.Clicks.Length > 0) yield return (options.Clicks, "clicks");
        if (options.Impressions.Length > 0) yield return (options.Impressions, "impressions");
        foreach (string column in options.Ignored) yield return (column, "ignored");
        foreach (string column in options.Numeric) yield return (column, "numeric");
        foreach (string column in options.Standardized) yield return (column, "standardized");
    }

    private Dictionary<string, List<double>> ReadNumbers(CsvReader rows)
    {
        var columns = options.Numeric.Concat(options.Standardized).Select(name => (Column: rows.Find(name), Values: new List<double>())).ToArray();
        while (columns.Length > 0 && rows.Read())
        {
            foreach ((int column, List<double> values) in columns)
            {
                ReadOnlySpan<byte> text = NumberText.Trim(rows[column]);
                if (text.IsEmpty) continue;
                if (!NumberText.TryParse(text, out double number))
                    throw rows.Error(column, $"{rows.Header[column]} {InputError.Quote(text)} is not a finite number");
                values.Add(number);
            }
        }

        return columns.ToDictionary(column => rows.Header[column.Column], column => column.Values);
    }

    private FieldSchema Field(DataSource source, string name, string? role, Dictionary<string, List<double>> numbers)
    {
        if (role is null) return FieldSchema.Categorical(name);
        Span<double> values = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(numbers[name]);
        if (values.IsEmpty) warn($"{source.Name}: column '{name}' has no number");
        if (role == "numeric")
        {
            double[] edges = Quantiles.Edges(values, options.Bins);
            if (edges.Length == 0 && !values.IsEmpty) warn($"{source.Name}: column '{name}' has the same number everywhere");
            return FieldSchema.Binned(name, edges);
        }

        // Two passes, because the mean of squares less the square of the mean loses everything when the mean is large.
        double mean = 0, variance = 0;
        for (int i = 0; i < values.Length; i++) mean += (values[i] - mean) / (i + 1);
        foreach (double value in values) variance += (value - mean) * (value - mean) / values.Length;
        double scale = 1 / Math.Sqrt(variance);
        if (variance > 0 && double.IsFinite(scale)) return FieldSchema.Numeric(name, mean, scale);
        if (!values.IsEmpty) warn($"{source.Name}: column '{name}' has the same number everywhere");
        return FieldSchema.Numeric(name, mean, 1);
    }
}
