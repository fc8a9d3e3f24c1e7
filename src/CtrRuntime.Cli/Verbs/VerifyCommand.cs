using System.CommandLine;
using System.Text.Json;
using CtrRuntime.Cli.Output;
using CtrRuntime.Kernels;

namespace CtrRuntime.Cli.Verbs;

/// <summary>
/// <c>ctr verify</c>: checks every checksum, that the index holds every slot once, and that the golden rows come out at every kernel level
/// that runs here. Whatever does not hold is an error that says so.
/// </summary>
internal static class VerifyCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(CommandStreams streams)
    {
        var model = SharedOptions.ModelArgument();
        var json = SharedOptions.Json();
        var command = new Command("verify", "Checks a model file completely: header, every checksum, the index, the golden rows at every level.") { model, json };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(model);
            var levels = new List<string>();
            using var opened = CtrModel.Open(path, new CtrOpenOptions { VerifyAll = true });
            foreach (KernelLevel level in KernelLevels.Supported)
            {
                // Opening re-scores the golden rows.
                CtrModel.Open(path, new CtrOpenOptions { Level = level }).Dispose();
                levels.Add(KernelLevels.Name(level));
            }

            if (parsed.GetValue(json)) JsonResult.Write(streams.Output, writer => WriteJson(writer, path, opened, levels));
            else WriteText(streams.Results, path, opened, levels);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void WriteText(TextWriter output, string path, CtrModel model, List<string> levels)
    {
        output.WriteLine($"{path}: ok");
        ResultTable.WritePairs(output,
        [
            ("header", "checksum matches"),
            ("section table", "checksum matches"),
            .. model.File.Sections.Select(section => ($"section {section.Id}", $"checksum matches over {section.Length} bytes")),
            ("index", $"{model.Info.SlotCount} slots, each found once"),
            ("golden rows", $"{model.File.Golden.Count} come out with {string.Join(", ", levels)}"),
        ]);
    }

    private static void WriteJson(Utf8JsonWriter json, string path, CtrModel model, List<string> levels)
    {
        json.WriteString("model", path);
        json.WriteBoolean("ok", true);
        json.WriteNumber("sections", model.File.Sections.Count);
        json.WriteNumber("slots", model.Info.SlotCount);
        json.WriteNumber("golden_rows", model.File.Golden.Count);
        json.WriteStartArray("levels");
        foreach (string level in levels) json.WriteStringValue(level);
        json.WriteEndArray();
    }
}
