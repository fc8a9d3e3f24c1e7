using System.IO.Compression;
using System.Text;
using CtrRuntime.Input;

namespace CtrRuntime.Tests.Input;

/// <summary>Inputs from memory under the name "f", and what readers make of them.</summary>
internal static class Inputs
{
    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return packed.ToArray();
    }

    public static InputBuffer Buffer(byte[] bytes, int maximum = InputBuffer.LongestRecord) => new(new DribblingStream(bytes), "f", maximum);

    public static ExampleReader Libffm(byte[] bytes, ExampleMode mode = ExampleMode.Training) => new LibffmReader(Buffer(bytes), mode);

    public static ExampleReader Libsvm(byte[] bytes, ExampleMode mode = ExampleMode.Training) => new LibsvmReader(Buffer(bytes), mode);

    public static ExampleReader Csv(string text, Schema schema, ExampleMode mode = ExampleMode.Training) =>
        new CsvExampleReader(new CsvReader(Buffer(Utf8(text))), schema, mode);

    /// <summary>All examples, one text each: <c>line: label*weight field:key:value …</c>.</summary>
    public static List<string> ReadAll(ExampleReader reader)
    {
        using (reader)
        {
            var all = new List<string>();
            var example = new Example();
            while (reader.Read(example)) all.Add($"{reader.Line}: {Show(example)}");
            Assert.False(reader.Read(example));
            return all;
        }
    }

    public static string Show(Example example)
    {
        var text = new StringBuilder();
        text.Append(example.HasLabel ? example.Label : "none");
        if (example.Weight != 1) text.Append('*').Append(example.Weight);
        for (int i = 0; i < example.Count; i++) text.Append($" {example.Fields[i]}:{example.Keys[i]}:{example.Values[i]}");
        return text.ToString();
    }

    /// <summary>Checks that reading to the end is refused with exactly this status and message.</summary>
    public static void AssertRefused(string message, Action read, CtrStatus status = CtrStatus.Data)
    {
        CtrException error = Assert.Throws<CtrException>(read);
        Assert.Equal(message, error.Message);
        Assert.Equal(status, error.Status);
    }

    /// <summary>Gives one byte, then two, then three …, as a pipe may: every boundary falls somewhere.</summary>
    private sealed class DribblingStream(byte[] bytes) : MemoryStream(bytes)
    {
        private int _step;

        // The base class sends reads into spans here as well.
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, ++_step));
    }
}
