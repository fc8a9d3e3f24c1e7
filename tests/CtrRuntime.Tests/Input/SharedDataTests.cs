using CtrRuntime.Input;

namespace CtrRuntime.Tests.Input;

public sealed class SharedDataTests
{
    private static readonly string[] Numeric = ["age", "fnlwgt", "education_num", "capital_gain", "capital_loss", "hours_per_week"];

    [SharedDataFact]
    public void Adult_is_read_from_csv()
    {
        Assert.Equal((32561, 7841), Count("adult.train.csv", InputFormat.Csv));
        Assert.Equal((16281, 3846), Count("adult.test.csv", InputFormat.Csv));
    }

    [SharedDataFact]
    public void Adult_is_read_from_libffm() =>
        Assert.Equal((16281, 3846), Count(Path.Combine("encoded", "adult.test.ffm"), InputFormat.Libffm));

    private static (int Rows, int Positives) Count(string file, InputFormat format)
    {
        string path = Path.Combine(SharedDataFactAttribute.Folder!, file);
        Schema? schema = null;
        if (format == InputFormat.Csv)
        {
            using var csv = new CsvReader(InputBuffer.Open(path));
            schema = new(
                KeyKind.Text,
                0,
                [.. csv.Header.Where(c => c != "label").Select(c => Numeric.Contains(c) ? FieldSchema.Numeric(c, 0, 1) : FieldSchema.Categorical(c))],
                "label");
        }

        using ExampleReader reader = ExampleReaders.Open(path, format, schema, ExampleMode.Training);
        var example = new Example();
        (int rows, int positives) = (0, 0);
        while (reader.Read(example))
        {
            rows++;
            if (example.Label == 1) positives++;
            Assert.InRange(example.Count, 13, 14);
        }

        return (rows, positives);
    }
}
