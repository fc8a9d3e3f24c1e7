using System.Text;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Trainer.Synthetic;

/// <summary>Writes rows of a synthetic population as text and measures the true probabilities on them.</summary>
internal sealed class SyntheticWriter
{
    private const int BufferBytes = 1 << 16;

    private readonly SyntheticPopulation _population;
    private readonly SyntheticFormat _format;

    /// <summary>The text of each value of each field, separator in front.</summary>
    private readonly byte[][][] _tokens;

    /// <summary>A writer of <paramref name="population"/> in <paramref name="format"/>.</summary>
    public SyntheticWriter(SyntheticPopulation population, SyntheticFormat format)
    {
        _population = population;
        _format = format;
        _tokens = new byte[_population.ValueCounts.Length][][];
        int firstId = 0;
        for (int field = 0; field < _tokens.Length; field++)
        {
            int count = _population.ValueCounts[field];
            _tokens[field] = new byte[count][];
            for (int value = 0; value < count; value++)
            {
                string text = _format == SyntheticFormat.Libffm ? $" {field}:{firstId + value}:1" : $",v{value}";
                _tokens[field][value] = Encoding.UTF8.GetBytes(text);
            }

            firstId += count;
        }
    }

    /// <summary>Name of a field's column in CSV.</summary>
    public static string ColumnName(int field, int fields) => $"f{field.ToString($"D{Math.Max(2, (fields - 1).ToString().Length)}")}";

    /// <summary>
    /// Writes <paramref name="rows"/> rows of random stream <paramref name="stream"/> and answers the metrics of the true probabilities
    /// on those very rows: what no model can beat, up to chance. Fewer rows of a stream are the first of more.
    /// </summary>
    public MetricValues Write(Stream output, long rows, ulong stream, CancellationToken cancellation = default)
    {
        var random = new StableRandom(_population.Options.Seed, stream);
        var evaluation = new ClickEvaluation();
        var values = new int[_tokens.Length];
        var buffer = new byte[BufferBytes];
        int used = 0;
        if (_format == SyntheticFormat.Csv) output.Write(Header());
        for (long row = 0; row < rows; row++)
        {
            if ((row & 0xfff) == 0) cancellation.ThrowIfCancellationRequested();
            double probability = SyntheticPopulation.Sigmoid(_population.Sample(random, values));
            bool positive = random.NextDouble() < probability;
            evaluation.Add((float)probability, positive ? 1 : 0);
            Append(positive ? "1"u8 : "0"u8);
            for (int field = 0; field < values.Length; field++) Append(_tokens[field][values[field]]);
            Append("\n"u8);
        }

        output.Write(buffer, 0, used);
        return evaluation.Result();

        void Append(ReadOnlySpan<byte> text)
        {
            if (used + text.Length > buffer.Length)
            {
                output.Write(buffer, 0, used);
                used = 0;
            }

            text.CopyTo(buffer.AsSpan(used));
            used += text.Length;
        }
    }

    private byte[] Header()
    {
        var columns = Enumerable.Range(0, _tokens.Length).Select(field => ColumnName(field, _tokens.Length));
        return Encoding.UTF8.GetBytes($"label,{string.Join(',', columns)}\n");
    }
}
