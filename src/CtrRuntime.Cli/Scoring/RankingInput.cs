using System.Text;
using CtrRuntime.Input;

namespace CtrRuntime.Cli.Scoring;

/// <summary>Reads the two parts of the rows that are ranked: one context from the command line, and the candidates of a file.</summary>
internal static class RankingInput
{
    /// <summary>What errors call the context.</summary>
    private const string ContextName = "--context";

    /// <summary>
    /// A context: a line of libffm or libsvm text, or for formats with columns a record of <c>name=value</c> cells, quoted as in the format. Empty text is a
    /// context without features.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="text">What the user has typed.</param>
    /// <param name="format">The format of the candidates.</param>
    /// <param name="given">Receives the fields that have been named: all of their values, missing ones too, are those of the context.</param>
    public static CandidateRows ReadContext(CtrModel model, string text, InputFormat format, out HashSet<uint> given)
    {
        var rows = new CandidateRows();
        given = [];
        var example = new Example();
        if (InputFormats.Delimiter(format) is byte delimiter)
        {
            ReadCells(model, text, delimiter, example, given);
            rows.Append(example);
            return rows;
        }

        var buffer = new InputBuffer(new MemoryStream(Encoding.UTF8.GetBytes(text)), ContextName);
        using ExampleReader reader = format == InputFormat.Libffm ? new LibffmReader(buffer, ExampleMode.Ranking) : new LibsvmReader(buffer, ExampleMode.Ranking);
        if (reader.Read(example)) rows.Append(example);
        else rows.Append(new Example());
        if (reader.Read(example)) throw new CtrException(CtrStatus.InvalidArgument, $"{ContextName}: a context is one line");
        return rows;
    }

    /// <summary>All candidates of an input.</summary>
    public static CandidateRows ReadCandidates(
        CtrModel model, string path, InputFormat format, HashSet<uint> given, CommandStreams streams, CancellationToken cancellation)
    {
        using ExampleReader reader = ModelInput.Open(model, path, format, ExampleMode.Ranking, streams);
        if (reader is CsvExampleReader columns) CheckColumns(model, path, columns, given);
        var rows = new CandidateRows();
        var example = new Example();
        while (reader.Read(example))
        {
            cancellation.ThrowIfCancellationRequested();
            rows.Append(example);
        }

        return rows;
    }

    private static void ReadCells(CtrModel model, string text, byte delimiter, Example example, HashSet<uint> given)
    {
        example.Clear();
        if (text.Length == 0) return;
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        using var cells = new CsvReader(new InputBuffer(new MemoryStream(utf8), ContextName), delimiter);
        if (cells.BytesRead < utf8.Length) throw Refused("a context is one line");
        foreach (string cell in cells.Header)
        {
            int equals = cell.IndexOf('=', StringComparison.Ordinal);
            if (equals < 0) throw Refused($"'{cell}' is not name=value");
            if (!model.Encoder.TryFindField(Encoding.UTF8.GetBytes(cell[..equals]), out uint field)) throw Refused($"the model has no field '{cell[..equals]}'");
            if (!given.Add(field)) throw Refused($"'{cell[..equals]}' occurs twice");
            switch (model.Encoder.EncodeText(field, Encoding.UTF8.GetBytes(cell[(equals + 1)..]), out FeatureValue feature))
            {
                case EncodeResult.Feature:
                    example.Add(feature.Field, feature.Key, feature.Value);
                    break;
                case EncodeResult.NotANumber:
                    throw Refused($"'{cell}' is not a number that fits");
            }
        }
    }

    /// <summary>Every field is on exactly one side: what is on neither would score as if it could not be there, what is on both would count twice.</summary>
    private static void CheckColumns(CtrModel model, string path, CsvExampleReader columns, HashSet<uint> given)
    {
        for (uint field = 0; field < (uint)model.Schema.Fields.Count; field++)
        {
            string name = model.Schema.Fields[(int)field].Name;
            if (columns.Has(field) && given.Contains(field)) throw new CtrException(CtrStatus.Data, $"{path}: column '{name}' is in the context, too");
            if (!columns.Has(field) && !given.Contains(field))
                throw new CtrException(CtrStatus.Data, $"{path}: the field '{name}' has no column, and is not in the context");
        }
    }

    private static CtrException Refused(string what) => new(CtrStatus.InvalidArgument, $"{ContextName}: {what}");
}
