using System.Text;
using System.Text.Json;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Trainer;

/// <summary>
/// What a model file says about its making, as JSON: the options, the data and the best epoch. No path and no time, so that the same run
/// gives the same bytes.
/// </summary>
internal static class ModelMetadata
{
    /// <summary>UTF-8 JSON; what does not apply to kind and solver is left out.</summary>
    public static byte[] Write(TrainingOptions options, DataSummary data, EpochReport best)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("kind", options.Kind);
            WriteOptions(json, options);
            WriteData(json, data);
            json.WriteStartObject("result");
            json.WriteNumber("best_epoch", best.Epoch);
            json.WriteNumber("train_loss", best.TrainLoss);
            Write(json, "objective", best.Objective);
            Write(json, "validation_loss", best.ValidationLoss);
            Write(json, "validation_auc", best.ValidationAuc);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>
    /// The metadata of a model whose weights were stored as another type afterwards: what there was, and the type as <c>quantized_to</c>. Metadata that
    /// are no JSON object are kept as the text <c>source</c>.
    /// </summary>
    public static byte[] WithWeights(byte[] metadata, WeightType type)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            if (metadata.Length > 0) WriteMembers(json, metadata);
            json.WriteString("quantized_to", type.Name());
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    private static void WriteMembers(Utf8JsonWriter json, byte[] metadata)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(metadata);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                foreach (JsonProperty member in document.RootElement.EnumerateObject()) member.WriteTo(json);
                return;
            }
        }
        catch (JsonException)
        {
            // Nothing demands that metadata are JSON: they are for people.
        }

        json.WriteString("source", Encoding.UTF8.GetString(metadata));
    }

    private static void WriteOptions(Utf8JsonWriter json, TrainingOptions options)
    {
        json.WriteStartObject("options");
        json.WriteString("format", options.Format);
        json.WriteString("solver", options.Solver == Solver.Lbfgs ? "lbfgs" : "adagrad");
        json.WriteString("loss", options.Loss == Loss.Squared ? "squared" : "logistic");
        Write(json, "latent", options.Latent);
        json.WriteNumber("epochs", options.Epochs!.Value);
        Write(json, "learning_rate", options.LearningRate);
        Write(json, "linear_learning_rate", options.LinearLearningRate);
        json.WriteNumber("l2", options.L2!.Value);
        Write(json, "linear_l2", options.LinearL2);
        Write(json, "initial_deviation", options.InitialDeviation);
        Write(json, "averaging", options.Averaging);
        Write(json, "pair_bits", options.PairBits);
        json.WriteString("index", options.Index switch { IndexKind.Direct => "direct", IndexKind.Hashed => "hashed", _ => "exact" });
        if (options.Index == IndexKind.Hashed) json.WriteNumber("index_bits", options.IndexBits);
        json.WriteNumber("min_count", options.MinCount);
        if (options.EarlyStop is StopMetric stop)
            json.WriteString("early_stop", stop switch { StopMetric.Auc => "auc", StopMetric.Rmse => "rmse", _ => "logloss" });
        Write(json, "patience", options.Patience);
        if (options.Numeric.Count > 0) json.WriteNumber("bins", options.Bins);
        if (options.Solver == Solver.Adagrad) json.WriteNumber("seed", options.Seed);
        json.WriteEndObject();
    }

    private static void WriteData(Utf8JsonWriter json, DataSummary data)
    {
        json.WriteStartObject("data");
        json.WriteNumber("rows", data.Rows);
        json.WriteNumber("weighted_rows", data.WeightedRows);
        json.WriteNumber("base_rate", data.BaseRate);
        json.WriteNumber("fields", data.Fields);
        json.WriteNumber("features", data.Features);
        json.WriteNumber("validation_rows", data.ValidationRows);
        Write(json, "validation_base_rate", data.ValidationBaseRate);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, double? value)
    {
        if (value is double number) json.WriteNumber(name, number);
    }
}
