using System.Text;
using System.Text.Json;
using CtrRuntime.Trainer.Metrics;
using CtrRuntime.Trainer.Synthetic;

namespace CtrRuntime.Trainer.Tests.Synthetic;

public sealed class SyntheticWriterTests
{
    private static readonly SyntheticPopulation Population =
        new(new SyntheticOptions { Fields = 8, MaximumValues = 100, CoreFields = 3, OtherPairs = 4, Seed = 11 });

    [Fact]
    public void Libffm_rows_have_one_id_in_every_field_and_no_id_in_two()
    {
        string[] lines = Lines(SyntheticFormat.Libffm, 3000, 2);
        Assert.Equal(3000, lines.Length);
        var fieldOfId = new Dictionary<int, int>();
        foreach (string line in lines)
        {
            string[] parts = line.Split(' ');
            Assert.True(parts[0] is "0" or "1");
            Assert.Equal(8, parts.Length - 1);
            for (int field = 0; field < 8; field++)
            {
                string[] triple = parts[field + 1].Split(':');
                Assert.Equal(field.ToString(), triple[0]);
                Assert.Equal("1", triple[2]);
                int id = int.Parse(triple[1]);
                Assert.InRange(id, 0, Population.ValueCounts.Sum() - 1);
                Assert.Equal(field, fieldOfId.TryGetValue(id, out int known) ? known : fieldOfId[id] = field);
            }
        }
    }

    [Fact]
    public void Csv_holds_the_same_rows()
    {
        string[] csv = Lines(SyntheticFormat.Csv, 500, 2);
        string[] libffm = Lines(SyntheticFormat.Libffm, 500, 2);
        Assert.Equal("label,f00,f01,f02,f03,f04,f05,f06,f07", csv[0]);
        Assert.Equal(501, csv.Length);
        int[] firstIds = new int[8];
        for (int field = 1; field < 8; field++) firstIds[field] = firstIds[field - 1] + Population.ValueCounts[field - 1];
        for (int row = 0; row < 500; row++)
        {
            var cells = csv[row + 1].Split(',');
            var rebuilt = string.Join(' ', cells.Skip(1).Select((cell, field) => $"{field}:{firstIds[field] + int.Parse(cell[1..])}:1"));
            Assert.Equal(libffm[row], $"{cells[0]} {rebuilt}");
        }
    }

    [Fact]
    public void The_optimum_is_measured_on_the_rows_that_were_written()
    {
        var metrics = new SyntheticWriter(Population, SyntheticFormat.Libffm).Write(Stream.Null, 20_000, 2);
        string[] lines = Lines(SyntheticFormat.Libffm, 20_000, 2);
        Assert.Equal(lines.Count(line => line[0] == '1'), metrics[MetricNames.Positives]);
        // The true probabilities are calibrated up to chance, and better than the base rate.
        Assert.InRange(metrics[MetricNames.Ece], 0, .02);
        Assert.InRange(metrics[MetricNames.NormalizedEntropy], .5, .9);
    }

    [Fact]
    public void A_shorter_log_is_the_beginning_of_a_longer_one() =>
        Assert.Equal(Lines(SyntheticFormat.Libffm, 100, 4), Lines(SyntheticFormat.Libffm, 1000, 4)[..100]);

    [Fact]
    public void Another_stream_or_seed_is_another_log()
    {
        Assert.NotEqual(Lines(SyntheticFormat.Libffm, 100, 2), Lines(SyntheticFormat.Libffm, 100, 3));
        var other = new SyntheticPopulation(Population.Options with { Seed = 12 });
        Assert.NotEqual(Lines(SyntheticFormat.Libffm, 100, 2), Lines(SyntheticFormat.Libffm, 100, 2, other));
    }

    [Fact]
    public void The_truth_names_the_pairs()
    {
        using var stream = new MemoryStream();
        SyntheticTruth.Write(stream, Population);
        var truth = JsonDocument.Parse(stream.ToArray()).RootElement;
        Assert.Equal(Population.CoreFields, truth.GetProperty("core_fields").EnumerateArray().Select(field => field.GetInt32()));
        Assert.Equal(
            Population.OtherPairs.Select(pair => (pair.First, pair.Second)),
            truth.GetProperty("other_pairs").EnumerateArray().Select(p => (p.GetProperty("first").GetInt32(), p.GetProperty("second").GetInt32())));
        Assert.Equal(Population.ValueCounts, truth.GetProperty("value_counts").EnumerateArray().Select(count => count.GetInt32()));
    }

    private static string[] Lines(SyntheticFormat format, long rows, ulong stream, SyntheticPopulation? population = null)
    {
        using var output = new MemoryStream();
        new SyntheticWriter(population ?? Population, format).Write(output, rows, stream);
        return Encoding.UTF8.GetString(output.ToArray()).TrimEnd('\n').Split('\n');
    }
}
