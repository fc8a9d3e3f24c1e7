using System.Text.Json;

namespace CtrRuntime.Trainer.Synthetic;

/// <summary>Writes what is true of a synthetic population as JSON: which field pairs interact, and how much each group carries.</summary>
internal static class SyntheticTruth
{
    /// <summary>Writes the truth about <paramref name="population"/>.</summary>
    public static void Write(Stream output, SyntheticPopulation population)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, NewLine = "\n" });
        json.WriteStartObject();
        json.WriteNumber("seed", population.Options.Seed);
        json.WriteNumber("intercept", population.Intercept);
        json.WriteStartObject("variance");
        json.WriteNumber("linear", population.LinearVariance());
        json.WriteNumber("core", population.CoreVariance());
        json.WriteNumber("other", population.OtherVariance());
        json.WriteEndObject();
        json.WriteStartArray("value_counts");
        foreach (int count in population.ValueCounts) json.WriteNumberValue(count);
        json.WriteEndArray();
        json.WriteStartArray("core_fields");
        foreach (int field in population.CoreFields) json.WriteNumberValue(field);
        json.WriteEndArray();
        json.WriteStartArray("other_pairs");
        foreach (var (first, second, variance) in population.OtherPairs)
        {
            json.WriteStartObject();
            json.WriteNumber("first", first);
            json.WriteNumber("second", second);
            json.WriteNumber("variance", variance);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
