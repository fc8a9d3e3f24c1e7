using System.Globalization;
using System.Text;
using CtrRuntime.Input;
using CtrRuntime.Tests.Shared;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Trainer.Tests;

/// <summary>Trains on text in a temporary directory and looks at what came out.</summary>
internal sealed class TrainingRuns : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    /// <summary>Where models go.</summary>
    public string ModelPath => _directory.File("model.ctr");

    /// <summary>A path in the directory.</summary>
    public string File(string name) => _directory.File(name);

    /// <summary>Writes a file.</summary>
    public string Write(string name, string text)
    {
        System.IO.File.WriteAllText(_directory.File(name), text);
        return _directory.File(name);
    }

    /// <summary>Options for a training text and perhaps a validation text.</summary>
    public TrainingOptions Options(string kind, string format, string training, string? validation = null) => new()
    {
        Kind = kind,
        Format = format,
        Data = Write("train.txt", training),
        Validation = validation is null ? null : Write("validation.txt", validation),
        ModelPath = ModelPath,
    };

    /// <summary>Trains.</summary>
    public static TrainingReport Train(TrainingOptions options) => ModelTrainer.Train(options, null, CancellationToken.None);

    /// <summary>Checks that training is refused with a status and a part of the message, and answers the message.</summary>
    public static string Refused(TrainingOptions options, CtrStatus status, string message)
    {
        CtrException refusal = Assert.Throws<CtrException>(() => Train(options));
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(status, refusal.Status);
        return refusal.Message;
    }

    /// <summary>The metrics of the trained model on a file, scored as any user of the runtime would.</summary>
    public static MetricValues Evaluate(string modelPath, string dataPath, string format)
    {
        using CtrModel model = CtrModel.Open(modelPath, new() { VerifyAll = true });
        using ExampleReader reader = ExampleReaders.Open(dataPath, InputFormats.Parse(format)!.Value, model.Schema, ExampleMode.Training);
        Evaluation evaluation = Evaluation.For(model.Info.Link);
        var example = new Example();
        var score = new float[1];
        while (reader.Read(example))
        {
            model.Score([0, (ulong)example.Count], example.Fields.AsSpan(0, example.Count), example.Keys.AsSpan(0, example.Count), example.Values.AsSpan(0, example.Count), score);
            evaluation.Add(score[0], example.Label, example.Weight);
        }

        return evaluation.Result();
    }

    /// <summary>
    /// Random libffm rows whose clicks depend on a pair of fields. <paramref name="several"/>: up to three features of real value in a field,
    /// otherwise one of value 1.
    /// </summary>
    public static string Log(int seed, int rows, int fields = 4, int values = 6, bool several = false, bool ratings = false)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        for (int r = 0; r < rows; r++)
        {
            var line = new StringBuilder();
            int product = 1;
            for (int field = 0; field < fields; field++)
            {
                for (int i = several ? random.Next(3) : 0; i >= 0; i--)
                {
                    int value = random.Next(values);
                    if (field < 2 && value % 2 == 0) product = -product;
                    double x = several ? Math.Round(0.5 + random.NextDouble(), 2) : 1;
                    line.Append(CultureInfo.InvariantCulture, $" {field}:{(field * values) + value}:{x}");
                }
            }

            double chance = product > 0 ? 0.75 : 0.25;
            text.Append(ratings ? Math.Round(chance * 4, 1) + random.Next(2) : random.NextDouble() < chance ? 1 : 0).Append(line).Append('\n');
        }

        return text.ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _directory.Dispose();
}
