using System.Text.Json;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Cli.Output;

/// <summary>Results for machines: one indented JSON object. What cannot be computed is null.</summary>
internal static class JsonResult
{
    /// <summary>Writes the object that <paramref name="content"/> fills, and a new line.</summary>
    public static void Write(Stream output, Action<Utf8JsonWriter> content)
    {
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    /// <summary>Writes metrics as members of the current object.</summary>
    public static void WriteMetrics(Utf8JsonWriter json, MetricValues metrics)
    {
        foreach (var (name, value) in metrics.All)
        {
            if (name == MetricNames.Rows) json.WriteNumber(name, (long)value);
            else WriteNumber(json, name, value);
        }
    }

    /// <summary>Writes a number, or null for what is not finite.</summary>
    public static void WriteNumber(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value)) json.WriteNumber(name, value);
        else json.WriteNull(name);
    }
}
