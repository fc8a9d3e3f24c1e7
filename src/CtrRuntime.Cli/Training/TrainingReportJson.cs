using System.Text.Json;
using System.Text.Json.Serialization;
using CtrRuntime.Trainer;

namespace CtrRuntime.Cli.Training;

/// <summary>Writes a training report as JSON: the members of <see cref="TrainingReport"/> in snake_case.</summary>
internal static class TrainingReportJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Writes the report and a new line.</summary>
    public static void Write(Stream output, TrainingReport report)
    {
        JsonSerializer.Serialize(output, report, Options);
        output.Write("\n"u8);
    }
}
