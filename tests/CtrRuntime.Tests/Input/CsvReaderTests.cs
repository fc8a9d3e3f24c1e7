using System.Text;
using CsCheck;
using CtrRuntime.Input;
using static CtrRuntime.Tests.Input.Inputs;

namespace CtrRuntime.Tests.Input;

public sealed class CsvReaderTests
{
    [Theory]
    [InlineData("a,b\n1,2\n3,4\n", "2[1][2] 3[3][4]")]
    [InlineData("a,b\r\n1,2\r\n3,4\r\n", "2[1][2] 3[3][4]")]
    [InlineData("a,b\n1,2", "2[1][2]")]
    [InlineData("a,b\n1,2\r", "2[1][2]")]
    [InlineData("a,b\n,\n1,\n,2", "2[][] 3[1][] 4[][2]")]
    [InlineData("a,b\n 1 , 2\n", "2[ 1 ][ 2]")]
    [InlineData("a,b\n\"1\",\"2\"\n", "2[1][2]")]
    [InlineData("a,b\n\"x,\"\"y\"\"\",\"\"\n", "2[x,\"y\"][]")]
    [InlineData("a,b\n\"1\n2\r\n3\",4\n5,6", "2[1\n2\r\n3][4] 5[5][6]")]
    [InlineData("a,b\n1,\"2\"\r\n3,\"4\"\r", "2[1][2] 3[3][4]")]
    [InlineData("a,b\n1\r2,3\n", "2[1\r2][3]")]
    [InlineData("\n\na,b\n\n1,2\n\r\n\n3,4\n\n", "5[1][2] 8[3][4]")]
    [InlineData("a\n\n1\n\"\"\n", "2[] 3[1] 4[]")]
    [InlineData("a,b\n", "")]
    [InlineData("\"a\",\"\"\n1,2", "2[1][2]")]
    public void Records_come_with_their_lines(string text, string expected) => Assert.Equal(expected, Show(Utf8(text), ','));

    [Fact]
    public void Tabs_delimit_tsv() => Assert.Equal("2[1,2][\t]", Show(Utf8("a\tb\n1,2\t\"\t\"\n"), '\t'));

    [Theory]
    [InlineData("", "f:1:1: there is no header line")]
    [InlineData("\n\r\n\n", "f:1:1: there is no header line")]
    [InlineData("a,b,a\n", "f:1:5: column 'a' occurs twice in the header")]
    [InlineData("a,b\n1,2\n3\n", "f:3:2: only 1 of the header's 2 columns")]
    [InlineData("a,b\n1,2,3\n", "f:2:5: more columns than the header's 2")]
    [InlineData("a,b\n\"1\n2\"\n", "f:3:3: only 1 of the header's 2 columns")]
    [InlineData("a,b\n\"1\n2\",3,4\n", "f:3:6: more columns than the header's 2")]
    [InlineData("a,b\n1,2,", "f:2:5: more columns than the header's 2")]
    [InlineData("a,b\n1,x\"y\n", "f:2:4: a quote inside a field that does not start with one")]
    [InlineData("a,b\n1, \"y\"\n", "f:2:4: a quote inside a field that does not start with one")]
    [InlineData("a,b\n\"1\n\" 2,3\n", "f:3:2: text after the closing quote")]
    [InlineData("a,b\n\"1\"\r2,3\n", "f:2:4: text after the closing quote")]
    [InlineData("a,b\n1,2\n\n1,\"2\n3,4\n5,6\n", "f:4:3: the quote is never closed")]
    [InlineData("a,\"b", "f:1:3: the quote is never closed")]
    [InlineData("a,b\n1,\"2\"\"", "f:2:3: the quote is never closed")]
    public void Malformed_text_is_refused_with_its_place(string text, string message)
    {
        AssertRefused(message, () => Show(Utf8(text), ','));
        AssertRefused(message, () => Show(Gzip(Utf8(text)), ','));
    }

    [Fact]
    public void A_record_above_the_maximum_is_refused()
    {
        byte[] text = Utf8("a,b\n1,\"" + new string('x', 5000));
        AssertRefused(
            "f:2:3: a line or record is longer than 4096 bytes (is a closing quote missing?)",
            () =>
            {
                using var reader = new CsvReader(Buffer(text, maximum: 4096));
                reader.Read();
            });
    }

    [Fact]
    public void A_field_of_ten_megabytes_is_read()
    {
        string big = string.Concat(Enumerable.Repeat("0123456789\"\n", 1_000_000));
        using var reader = new CsvReader(Buffer(Utf8($"a,b\n{Quoted(big)},2\n3,4")));
        Assert.True(reader.Read());
        Assert.True(reader[0].SequenceEqual(Utf8(big)));
        Assert.Equal("2", Encoding.UTF8.GetString(reader[1]));
        Assert.True(reader.Read());
        Assert.Equal(1_000_003, reader.Line);
    }

    [Fact]
    public void Written_text_is_read_back_equal()
    {
        Gen<string> cell = Gen.OneOf(
            Gen.String[Gen.OneOf(Gen.Const('"'), Gen.Const(','), Gen.Const('\n'), Gen.Const('\r'), Gen.Const('a'), Gen.Const('é'), Gen.Const('世')), 0, 8],
            Gen.String[Gen.Char.AlphaNumeric, 0, 8]);
        Gen.Select(Gen.Int[2, 5].SelectMany(columns => cell.Array[columns].Array[0, 12]), Gen.Bool, Gen.Bool, Gen.Bool).Sample(
            (rows, quoteAll, carriageReturn, lastEnd) =>
            {
                int columns = rows.Length == 0 ? 2 : rows[0].Length;
                string end = carriageReturn ? "\r\n" : "\n";
                IEnumerable<string> header = Enumerable.Range(0, columns).Select(c => $"c{c}");
                string text = string.Join(end, rows.Prepend([.. header]).Select(row =>
                    string.Join(',', row.Select(text => quoteAll || text.AsSpan().IndexOfAny("\",\n\r") >= 0 ? Quoted(text) : text))));
                if (lastEnd) text += end;
                using var reader = new CsvReader(Buffer(Utf8(text)));
                Assert.Equal(header, reader.Header);
                foreach (string[] row in rows)
                {
                    Assert.True(reader.Read());
                    Assert.Equal(columns, reader.Count);
                    for (int c = 0; c < columns; c++) Assert.Equal(row[c], Encoding.UTF8.GetString(reader[c]));
                }

                Assert.False(reader.Read());
                Assert.Equal(Utf8(text).Length, reader.BytesRead);
            },
            seed: "0000000000003",
            iter: 1000);
    }

    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static string Show(byte[] text, char delimiter)
    {
        using var reader = new CsvReader(Buffer(text), (byte)delimiter);
        var records = new List<string>();
        while (reader.Read())
        {
            string record = $"{reader.Line}";
            for (int c = 0; c < reader.Count; c++) record += $"[{Encoding.UTF8.GetString(reader[c])}]";
            records.Add(record);
        }

        return string.Join(' ', records);
    }
}
