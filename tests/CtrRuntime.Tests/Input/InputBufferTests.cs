using CtrRuntime.Input;
using static CtrRuntime.Tests.Input.Inputs;

namespace CtrRuntime.Tests.Input;

public sealed class InputBufferTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ctr-input-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("one\ntwo")]
    [InlineData("\u001f")]
    [InlineData("\u001f\u008b is not gzip in UTF-8")]
    public void Bytes_come_as_they_are_plain_or_packed(string text)
    {
        Assert.Equal(Utf8(text), Everything(Utf8(text)));
        Assert.Equal(Utf8(text), Everything(Gzip(Utf8(text))));
    }

    [Fact]
    public void Gzip_members_in_a_row_are_one_input() =>
        Assert.Equal(Utf8("1 0:1:1\n0 0:2:1\n"), Everything([.. Gzip(Utf8("1 0:1:1\n0 0")), .. Gzip(Utf8(":2:1\n"))]));

    [Fact]
    public void Padding_after_gzip_is_ignored() => Assert.Equal(Utf8("1 0:1:1\n"), Everything([.. Gzip(Utf8("1 0:1:1\n")), .. new byte[512]]));

    [Fact]
    public void A_byte_order_mark_is_skipped_once()
    {
        byte[] mark = [0xEF, 0xBB, 0xBF];
        Assert.Equal(Utf8("x"), Everything([.. mark, .. Utf8("x")]));
        Assert.Equal(Utf8("x"), Everything(Gzip([.. mark, .. Utf8("x")])));
        Assert.Equal(mark, Everything([.. mark, .. mark]));
        Assert.Equal(mark[..2], Everything(mark[..2]));
    }

    [Fact]
    public void Truncated_gzip_is_refused_wherever_it_is_cut()
    {
        byte[] whole = Gzip(Utf8(string.Concat(Enumerable.Range(0, 300).Select(i => $"1 0:{i * 7919}:1\n"))));
        for (int length = 2; length < whole.Length; length++)
        {
            byte[] cut = whole[..length];
            CtrException error = Assert.Throws<CtrException>(() => ReadAll(Libffm(cut)));
            Assert.Equal(CtrStatus.Data, error.Status);
            Assert.EndsWith(":1: the gzip data is corrupt or truncated", error.Message);
            Assert.StartsWith("f:", error.Message);
        }
    }

    [Fact]
    public void A_gzip_checksum_that_differs_is_refused()
    {
        byte[] packed = Gzip(Utf8("1 0:1:1\n"));
        packed[^6] ^= 1;
        AssertRefused("f:2:1: the gzip data is corrupt or truncated", () => ReadAll(Libffm(packed)));
    }

    [Fact]
    public void Files_are_opened_by_path_and_missing_ones_refused_by_name()
    {
        string path = Path.Combine(_folder, "rows.ffm");
        File.WriteAllText(path, "1 2:3:4\n");
        Assert.Equal(["1: 1 2:3:4"], ReadAll(ExampleReaders.Open(path, InputFormat.Libffm, null, ExampleMode.Training)));

        AssertRefused($"cannot read '{_folder}': it is a directory", () => InputBuffer.Open(_folder), CtrStatus.Io);
        string missing = Path.Combine(_folder, "missing");
        CtrException error = Assert.Throws<CtrException>(() => InputBuffer.Open(missing));
        Assert.Equal(CtrStatus.Io, error.Status);
        Assert.StartsWith($"cannot read '{missing}': ", error.Message);
        Assert.Equal(CtrStatus.Io, Assert.Throws<CtrException>(() => InputBuffer.Open("a\0b")).Status);
        Assert.Equal(CtrStatus.Io, Assert.Throws<CtrException>(() => InputBuffer.Open("")).Status);
    }

    [Fact]
    public void A_dash_is_standard_input()
    {
        using var standardInput = new MemoryStream(Utf8("1 2:3\n0 x\n"));
        ExampleReader reader = ExampleReaders.Open("-", InputFormat.Libsvm, null, ExampleMode.Training, standardInput);
        AssertRefused("<stdin>:2:3: 'x' is not feature:value", () => ReadAll(reader));
        AssertRefused(
            "'-' means standard input, which is not available here", () => InputBuffer.Open("-"), CtrStatus.InvalidArgument);
    }

    [Fact]
    public void A_device_that_fails_is_an_io_error()
    {
        CtrException error = Assert.Throws<CtrException>(() => new InputBuffer(new FailingStream(), "f"));
        Assert.Equal((CtrStatus.Io, "cannot read 'f': the disk is gone"), (error.Status, error.Message));
    }

    [Fact]
    public void Lines_end_with_LF_or_CRLF_or_the_input()
    {
        using var lines = new LineScanner(Buffer(Utf8("a\r\n\n\r\nb\rc\r")));
        var all = new List<string>();
        while (lines.Read(out ReadOnlySpan<byte> line)) all.Add($"{lines.Line} {System.Text.Encoding.UTF8.GetString(line)}");
        Assert.Equal(["1 a", "2 ", "3 ", "4 b\rc"], all);
        Assert.Equal(10, lines.BytesRead);
    }

    [Fact]
    public void The_window_grows_to_its_maximum_and_no_further()
    {
        byte[] longest = Utf8("1" + new string(' ', 199_998) + "\n");
        using (var reader = new LibffmReader(Buffer([.. longest, .. longest], maximum: 200_000), ExampleMode.Training))
            Assert.Equal(["1: 1", "2: 1"], ReadAll(reader));
        byte[] longer = Utf8("1\n" + new string(' ', 200_000) + "\n");
        AssertRefused(
            "f:2:1: a line or record is longer than 200000 bytes (is a closing quote missing?)",
            () => ReadAll(new LibffmReader(Buffer(longer, maximum: 200_000), ExampleMode.Training)));
    }

    private static byte[] Everything(byte[] input)
    {
        using InputBuffer buffer = Buffer(input);
        while (buffer.Fill(1, 1)) { }
        return buffer.Available.ToArray();
    }

    private sealed class FailingStream : MemoryStream
    {
        public override int Read(Span<byte> buffer) => throw new IOException("the disk is gone");
    }
}
