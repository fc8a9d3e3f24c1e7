using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using CtrRuntime;
using CtrRuntime.Libraries;

const double Tolerance = 1e-4;
var options = new Dictionary<string, string> { ["--seconds"] = "2", ["--work"] = "." };
for (int i = 0; i < args.Length; i += 2)
{
    if (args[i] is not ("--maker" or "--work" or "--json" or "--seconds") || i + 1 == args.Length)
    {
        Console.Error.WriteLine($"{args[i]} is not known, or lacks a value; usage: --maker COMMAND [--work FOLDER] [--json FILE] [--seconds S]");
        return 2;
    }

    options[args[i]] = args[i + 1];
}

double seconds = double.Parse(options["--seconds"], CultureInfo.InvariantCulture);
var results = new List<Comparison>();
Console.WriteLine($"{Rows.Fields} fields, {Rows.Count} rows, one thread");
Console.WriteLine($"{"ns per row",-64} {"theirs",10} {"ours",10} {"ratio",8}");
foreach (string index in (string[])["exact", "direct"])
{
    CompareOnnx("lr", 0, 1 << 10, index);
    CompareOnnx("lr", 0, 1 << 20, index);
    CompareOnnx("fm", 16, 1 << 10, index);
    CompareOnnx("fm", 16, 1 << 20, index);
}

CompareMlNet(4, Rows.Fields * 26);
CompareMlNet(4, Rows.Fields * 26_886);
if (options.TryGetValue("--json", out string? json))
{
    File.WriteAllText(json, JsonSerializer.Serialize(results.Select(result => new
    {
        name = result.Name,
        ns_per_row = Math.Round(result.NsPerRow, 2),
        ours_ns_per_row = Math.Round(result.OursNsPerRow, 2),
    })) + "\n");
}

return 0;

void CompareOnnx(string kind, int latent, int slots, string index)
{
    using CtrModel model = Make(kind, latent, slots, index);
    var weights = new SharedWeights(model);
    var rows = new Rows(slots, apart: false);
    var ours = new OurScorer(model, weights, rows, Rows.Batch);
    using var theirs = new OnnxScorer(weights, rows, Rows.Batch);
    float[] expected = new float[Rows.Count], found = new float[Rows.Count];
    ours.Score(expected);
    theirs.Score(found);
    for (int r = 0; r < Rows.Count; r++)
    {
        if (!(Math.Abs(found[r] - expected[r]) <= Tolerance))
            throw new InvalidOperationException($"row {r}: ONNX Runtime scores {found[r]}, this library {expected[r]}");
    }

    string name = latent == 0 ? kind : $"{kind} k={latent}";
    Add(Comparison.Of($"onnxruntime {name} {slots} slots batch {Rows.Batch}, ours {index}", theirs.Score, ours.Score, seconds));
}

void CompareMlNet(int latent, int slots)
{
    using CtrModel model = Make("ffm", latent, slots, "exact");
    var weights = new SharedWeights(model);
    var rows = new Rows(slots, apart: true);
    using var theirs = new MlNetScorer(rows, slots, latent);
    string name = $"ml.net ffm k={latent} {slots} slots";
    Add(Comparison.Of($"{name} one row, ours exact", theirs.ScoreOneByOne, new OurScorer(model, weights, rows, 1).Score, seconds));
    Add(Comparison.Of($"{name} table of {Rows.Count}, ours exact batch {Rows.Batch}", theirs.ScoreTable, new OurScorer(model, weights, rows, Rows.Batch).Score, seconds));
}

void Add(Comparison result)
{
    Console.WriteLine($"{result.Name,-64} {result.NsPerRow,10:F1} {result.OursNsPerRow,10:F1} {result.NsPerRow / result.OursNsPerRow,8:F1}");
    results.Add(result);
}

// A model of random weights, whose file is gone as soon as it is open.
CtrModel Make(string kind, int latent, int slots, string index)
{
    string path = Path.Combine(options["--work"], "libraries.ctr");
    string[] arguments =
    [
        "--kind", kind, "--latent", $"{latent}", "--type", "f32", "--slots", $"{slots}", "--index", index, "--fields", $"{Rows.Fields}", "--pair-bits", "0",
        "--seed", "1", "--output", path,
    ];
    using Process maker = Process.Start(options["--maker"], arguments);
    maker.WaitForExit();
    if (maker.ExitCode != 0) throw new InvalidOperationException("the model could not be made");
    var model = CtrModel.Open(path);
    File.Delete(path);
    return model;
}
