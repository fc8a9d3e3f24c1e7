using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using CtrRuntime.Cli.Output;
using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Cli.Verbs;

/// <summary><c>ctr inspect</c>: everything that a model file says about itself.</summary>
internal static class InspectCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(CommandStreams streams)
    {
        var model = SharedOptions.ModelArgument();
        var json = SharedOptions.Json();
        var command = new Command("inspect", "Shows a model file: kind, fields, index, sections, metadata.") { model, json };
        command.SetAction(parsed =>
        {
            using var opened = CtrModel.Open(parsed.GetRequiredValue(model));
            if (parsed.GetValue(json)) JsonResult.Write(streams.Output, writer => WriteJson(writer, opened));
            else WriteText(streams.Results, opened);
            return ExitCode.Ok;
        });
        return command;
    }

    /// <summary>Filled share of the index' table; NaN where there is none.</summary>
    private static double IndexLoad(CtrModel model) => model.Info.Index switch
    {
        IndexKind.Exact => model.Info.SlotCount / Math.Pow(2, model.File.Header.IndexBits),
        _ => double.NaN,
    };

    private static void WriteText(TextWriter output, CtrModel model)
    {
        var info = model.Info;
        var header = model.File.Header;
        bool numbered = info.Keys == KeyKind.Id;
        var pairs = new List<(string Name, string Value)>
        {
            ("kind", info.Kind),
            ("format", $"{info.FormatMajor}.{info.FormatMinor}"),
            ("bytes", Numbers.Count(info.FileSize)),
            ("latent", Numbers.Count(info.Latent)),
            ("link", Word(info.Link)),
            ("norm", header.Norm.IsNone ? "none" : $"linear r^{header.Norm.LinearHalves}/2, pairs r^{header.Norm.PairPower}, " +
                (header.Norm.CountsUnknown ? "unknown features count" : "unknown features do not count")),
            ("bias", info.Bias.ToString("R", CultureInfo.InvariantCulture)),
            ("keys", numbered ? "integer ids" : $"XXH3-64 of text, seed {model.Schema.HashSeed}"),
            ("fields", Numbers.Count(info.FieldCount)),
            ("slots", Numbers.Count(info.SlotCount)),
            ("weights", info.Weights.Name()),
            ("slot_bytes", Numbers.Count(info.SlotStride)),
            ("index", info.Index == IndexKind.Exact
                ? $"exact, load {IndexLoad(model):0.000}, longest probe {header.IndexMaxProbes}"
                : Word(info.Index)),
        };
        if (model.File.Kind.HasPairTable) pairs.Add(("pair_bits", Numbers.Count(header.PairBits)));
        pairs.Add(("golden_rows", $"{model.File.Golden.Count}, re-scored at open with {KernelLevels.Name(info.Level)}"));
        foreach (var (role, column) in LabelColumns(model.Schema)) pairs.Add((role, column));
        ResultTable.WritePairs(output, pairs);

        if (!numbered)
        {
            output.WriteLine();
            ResultTable.Write(output, ["field", "name", "kind", ">bins", ">shift", ">scale", "missing"], model.Schema.Fields.Select(FieldRow));
        }

        output.WriteLine();
        ResultTable.Write(output, ["section", ">offset", ">bytes", ">checksum"], model.File.Sections.Select(section =>
            (IReadOnlyList<string>)[SectionName(section.Id), $"{section.Offset}", $"{section.Length}", $"{section.Checksum:x16}"]));

        var metadata = model.File.Section(SectionId.Metadata);
        if (metadata.IsEmpty) return;
        output.WriteLine();
        output.WriteLine("metadata");
        output.WriteLine(Indented(metadata));
    }

    private static IReadOnlyList<string> FieldRow(FieldSchema field, int number) =>
    [
        Numbers.Count(number),
        field.Name,
        Word(field.Kind),
        field.Kind == FieldKind.Binned ? Numbers.Count(field.Edges.Length + 1) : "",
        field.Kind == FieldKind.Numeric ? field.Shift.ToString("G6", CultureInfo.InvariantCulture) : "",
        field.Kind == FieldKind.Numeric ? field.Scale.ToString("G6", CultureInfo.InvariantCulture) : "",
        Word(field.Missing),
    ];

    private static void WriteJson(Utf8JsonWriter json, CtrModel model)
    {
        var info = model.Info;
        var header = model.File.Header;
        json.WriteString("kind", info.Kind);
        json.WriteString("format", $"{info.FormatMajor}.{info.FormatMinor}");
        json.WriteNumber("bytes", info.FileSize);
        json.WriteNumber("latent", info.Latent);
        json.WriteString("link", Word(info.Link));
        json.WriteStartObject("norm");
        json.WriteNumber("linear_halves", header.Norm.LinearHalves);
        json.WriteNumber("pair_power", header.Norm.PairPower);
        json.WriteBoolean("counts_unknown", header.Norm.CountsUnknown);
        json.WriteEndObject();
        json.WriteNumber("bias", info.Bias);
        json.WriteString("keys", Word(info.Keys));
        json.WriteNumber("hash_seed", model.Schema.HashSeed);
        json.WriteNumber("slots", info.SlotCount);
        json.WriteString("weights", info.Weights.Name());
        json.WriteNumber("slot_bytes", info.SlotStride);
        json.WriteStartObject("index");
        json.WriteString("kind", Word(info.Index));
        JsonResult.WriteNumber(json, "load", IndexLoad(model));
        json.WriteNumber("longest_probe", header.IndexMaxProbes);
        json.WriteEndObject();
        if (model.File.Kind.HasPairTable) json.WriteNumber("pair_bits", header.PairBits);
        json.WriteNumber("golden_rows", model.File.Golden.Count);
        json.WriteString("level", KernelLevels.Name(info.Level));
        foreach (var (role, column) in LabelColumns(model.Schema)) json.WriteString(role, column);
        json.WriteNumber("field_count", info.FieldCount);
        json.WriteStartArray("fields");
        if (info.Keys != KeyKind.Id) foreach (var field in model.Schema.Fields) WriteField(json, field);
        json.WriteEndArray();
        json.WriteStartArray("sections");
        foreach (var section in model.File.Sections)
        {
            json.WriteStartObject();
            json.WriteString("name", SectionName(section.Id));
            json.WriteNumber("offset", section.Offset);
            json.WriteNumber("bytes", section.Length);
            json.WriteString("checksum", $"{section.Checksum:x16}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
        var metadata = model.File.Section(SectionId.Metadata);
        if (metadata.IsEmpty) return;
        json.WritePropertyName("metadata");
        if (TryParse(metadata, out var document))
        {
            using (document) document.RootElement.WriteTo(json);
        }
        else
        {
            json.WriteStringValue(Encoding.UTF8.GetString(metadata));
        }
    }

    private static void WriteField(Utf8JsonWriter json, FieldSchema field)
    {
        json.WriteStartObject();
        json.WriteString("name", field.Name);
        json.WriteString("kind", Word(field.Kind));
        json.WriteString("missing", Word(field.Missing));
        if (field.Kind == FieldKind.Binned)
        {
            json.WriteStartArray("edges");
            foreach (double edge in field.Edges) json.WriteNumberValue(edge);
            json.WriteEndArray();
        }

        if (field.Kind == FieldKind.Numeric)
        {
            json.WriteNumber("shift", field.Shift);
            json.WriteNumber("scale", field.Scale);
        }

        json.WriteEndObject();
    }

    private static IEnumerable<(string Role, string Column)> LabelColumns(Schema schema) =>
        new (string Role, string Column)[]
        {
            ("label", schema.Label), ("weight", schema.Weight), ("clicks", schema.Clicks), ("impressions", schema.Impressions),
        }.Where(pair => pair.Column.Length > 0);

    private static string SectionName(SectionId id) =>
        Enum.IsDefined(id) ? JsonNamingPolicy.SnakeCaseLower.ConvertName(id.ToString()) : $"section {(uint)id}";

    private static string Word<T>(T value) where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static bool TryParse(ReadOnlySpan<byte> utf8, out JsonDocument document)
    {
        var reader = new Utf8JsonReader(utf8);
        try
        {
            document = JsonDocument.ParseValue(ref reader);
            return true;
        }
        catch (JsonException)
        {
            document = null!;
            return false;
        }
    }

    private static string Indented(ReadOnlySpan<byte> metadata)
    {
        if (!TryParse(metadata, out var document)) return Encoding.UTF8.GetString(metadata);
        using var stream = new MemoryStream();
        using (document)
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
            document.RootElement.WriteTo(writer);
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
