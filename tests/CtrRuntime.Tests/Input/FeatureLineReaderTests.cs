using System.Globalization;
using CsCheck;
using CtrRuntime.Input;
using static CtrRuntime.Tests.Input.Inputs;

namespace CtrRuntime.Tests.Input;

public sealed class FeatureLineReaderTests
{
    private static readonly string[] MoreFeatures = ["", " 1:1:1", "\t1:1:1 1:1:1 1:1:1 1:1:1"];

    [Theory]
    [InlineData("1 0:1:1 1:2:0.5\n", "1: 1 0:1:1 1:2:0.5")]
    [InlineData("1 0:1:1", "1: 1 0:1:1")]
    [InlineData("-1 0:1:1\r\n+1 0:1:1\r\n", "1: -1 0:1:1|2: 1 0:1:1")]
    [InlineData("\n  \n\t\n1\t3:4:-2.5e-1\t \n\n", "4: 1 3:4:-0.25")]
    [InlineData("  0  1:2:3  ", "1: 0 1:2:3")]
    [InlineData("4.5", "1: 4.5")]
    [InlineData("", "")]
    [InlineData("\n \r\n\t", "")]
    [InlineData("1 0:18446744073709551615:1 65534:0:1", "1: 1 0:18446744073709551615:1 65534:0:1")]
    [InlineData("1 007:08:.5 7:8:1. 7:8:1e-45 7:8:1e-60 7:8:-0", "1: 1 7:8:0.5 7:8:1 7:8:1E-45 7:8:0 7:8:-0")]
    [InlineData("1 0:1:3.4028235e38 0:1:0.1000000000000000055511151231257827", "1: 1 0:1:3.4028235E+38 0:1:0.1")]
    public void Libffm_lines_become_examples(string text, string expected)
    {
        Assert.Equal(expected, string.Join('|', ReadAll(Libffm(Utf8(text)))));
        Assert.Equal(expected, string.Join('|', ReadAll(Libffm(Gzip(Utf8(text))))));
    }

    [Theory]
    [InlineData("1 1:1 5:0.5\n", "1: 1 0:1:1 0:5:0.5")]
    [InlineData("# a comment\n1 3:1 2:2 # another 4:4\n0#x", "2: 1 0:3:1 0:2:2|3: 0")]
    [InlineData("\t-1\t18446744073709551615:1\r\n", "1: -1 0:18446744073709551615:1")]
    public void Libsvm_lines_become_examples(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', ReadAll(Libsvm(Utf8(text)))));

    [Theory]
    [InlineData("0:1:1 1:2:1\n1 0:1:1\n", "1: none 0:1:1 1:2:1|2: 1 0:1:1")]
    public void Scoring_accepts_lines_without_label(string text, string expected) =>
        Assert.Equal(expected, string.Join('|', ReadAll(Libffm(Utf8(text), ExampleMode.Scoring))));

    [Theory]
    [InlineData("1 0:1:1\n0:1:1\n", "f:2:1: the label is missing before '0:1:1'")]
    [InlineData("yes 0:1:1", "f:1:1: label 'yes' is not a finite number")]
    [InlineData(" nan 0:1:1", "f:1:2: label 'nan' is not a finite number")]
    [InlineData("1e39 0:1:1", "f:1:1: label '1e39' is not a finite number")]
    [InlineData("1 0:1", "f:1:3: '0:1' is not field:feature:value")]
    [InlineData("1 0:1:1:1", "f:1:3: '0:1:1:1' is not field:feature:value")]
    [InlineData("1 0:1:1\tx", "f:1:9: 'x' is not field:feature:value")]
    [InlineData("1 0:1:1 # no comments", "f:1:9: '#' is not field:feature:value")]
    [InlineData("1 0:1:1,1:1:1", "f:1:3: '0:1:1,1:1:1' is not field:feature:value")]
    [InlineData("1 65535:1:1", "f:1:3: field '65535' is not an integer from 0 to 65534")]
    [InlineData("1 -1:1:1", "f:1:3: field '-1' is not an integer from 0 to 65534")]
    [InlineData("1 :1:1", "f:1:3: field '' is not an integer from 0 to 65534")]
    [InlineData("1 4294967296:1:1", "f:1:3: field '4294967296' is not an integer from 0 to 65534")]
    [InlineData("1 99999999999999999999999:1:1", "f:1:3: field '99999999999999999999999' is not an integer from 0 to 65534")]
    [InlineData("1 0:18446744073709551616:1", "f:1:5: feature '18446744073709551616' is not an integer from 0 to 18446744073709551615")]
    [InlineData("1 0:1.0:1", "f:1:5: feature '1.0' is not an integer from 0 to 18446744073709551615")]
    [InlineData("1 0::1", "f:1:5: feature '' is not an integer from 0 to 18446744073709551615")]
    [InlineData("1 0:1:", "f:1:7: value '' is not a finite number")]
    [InlineData("1 0:1:1x", "f:1:7: value '1x' is not a finite number")]
    [InlineData("1 0:1:NaN", "f:1:7: value 'NaN' is not a finite number")]
    [InlineData("1 0:1:inf", "f:1:7: value 'inf' is not a finite number")]
    [InlineData("1 0:1:-Infinity", "f:1:7: value '-Infinity' is not a finite number")]
    [InlineData("1 0:1:∞", "f:1:7: value '∞' is not a finite number")]
    [InlineData("1 0:1:1e39", "f:1:7: value '1e39' is not a finite number")]
    [InlineData("1 0:1:-1e999", "f:1:7: value '-1e999' is not a finite number")]
    [InlineData("1 0:1:1,5", "f:1:7: value '1,5' is not a finite number")]
    [InlineData("1 0:1:0x1", "f:1:7: value '0x1' is not a finite number")]
    [InlineData("1 0:1:1\0", "f:1:7: value '1?' is not a finite number")]
    [InlineData("1 0:1:.", "f:1:7: value '.' is not a finite number")]
    [InlineData("1 0:1:1\r 1:1:1", "f:1:7: value '1?' is not a finite number")]
    [InlineData("1 0:1:é 1", "f:1:7: value 'é' is not a finite number")]
    [InlineData("1 0:1:1 aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeee", "f:1:9: 'aaaaaaaaaabbbbbbbbbbccccccccccdddddddddd…' is not field:feature:value")]
    public void Malformed_libffm_is_refused_with_its_place(string text, string message) => AssertRefused(message, () => ReadAll(Libffm(Utf8(text))));

    [Theory]
    [InlineData("1:1 2:1", "f:1:1: the label is missing before '1:1'")]
    [InlineData("1 qid:3 1:1", "f:1:3: feature 'qid' is not an integer from 0 to 18446744073709551615")]
    [InlineData("1 2:3:4", "f:1:3: '2:3:4' is not feature:value")]
    [InlineData("1 2", "f:1:3: '2' is not feature:value")]
    [InlineData("1\n1 2: 3", "f:2:5: value '' is not a finite number")]
    [InlineData("1 2:3# c\n1 2:+-3", "f:2:5: value '+-3' is not a finite number")]
    public void Malformed_libsvm_is_refused_with_its_place(string text, string message) => AssertRefused(message, () => ReadAll(Libsvm(Utf8(text))));

    [Theory]
    [InlineData("1", "")]
    [InlineData("1 ", "")]
    [InlineData("1 0:1:1", " 0:1:1")]
    [InlineData("1 0:1:1 \t ", " 0:1:1")]
    [InlineData("1 38:12345678:1 39:123456789:1", " 38:12345678:1 39:123456789:1")]
    [InlineData("1 38:18446744073709551615:1", " 38:18446744073709551615:1")]
    [InlineData("1 38:000000000000000000000000018446744073709551615:1", " 38:18446744073709551615:1")]
    [InlineData("1 0:12345:11 0:1234567:1.5", " 0:12345:11 0:1234567:1.5")]
    [InlineData("1 0:1:1e-3 0:1:+1 0:1:.5 0:1:10 0:1:1.", " 0:1:0.001 0:1:1 0:1:0.5 0:1:10 0:1:1")]
    public void A_line_is_the_same_alone_among_others_and_at_the_end_of_the_input(string line, string features)
    {
        foreach (string end in new[] { "\n", "\r\n" })
        {
            string text = string.Concat(Enumerable.Repeat(line + end + end, 100));
            List<string> expected = [.. Enumerable.Range(0, 100).Select(i => $"{(2 * i) + 1}: 1{features}")];
            Assert.Equal(expected, ReadAll(Libffm(Utf8(text))));
            Assert.Equal(expected, ReadAll(Libffm(Utf8(text[..^(2 * end.Length)]))));
            Assert.Equal(expected, ReadAll(new LibffmReader(new InputBuffer(new MemoryStream(Utf8(text)), "f"), ExampleMode.Training)));
        }
    }

    [Theory]
    [InlineData("1 0:18446744073709551616:1", "5: feature '18446744073709551616' is not an integer from 0 to 18446744073709551615")]
    [InlineData("1 0:123456789012345678901234:1", "5: feature '123456789012345678901234' is not an integer from 0 to 18446744073709551615")]
    [InlineData("1 0:12345678", "3: '0:12345678' is not field:feature:value")]
    [InlineData("1 0:12345678 ", "3: '0:12345678' is not field:feature:value")]
    [InlineData("1 0:12345678:", "14: value '' is not a finite number")]
    [InlineData("1 0:12345678: 1:1:1", "14: value '' is not a finite number")]
    [InlineData("1 0:1234567x:1", "5: feature '1234567x' is not an integer from 0 to 18446744073709551615")]
    [InlineData("1 0:12345678x:1", "5: feature '12345678x' is not an integer from 0 to 18446744073709551615")]
    [InlineData("1 12345678:1:1", "3: field '12345678' is not an integer from 0 to 65534")]
    [InlineData("1 0:1:nan", "7: value 'nan' is not a finite number")]
    [InlineData("1 0:1:1:", "3: '0:1:1:' is not field:feature:value")]
    [InlineData("1 0:1:1\r", "7: value '1?' is not a finite number")]
    [InlineData("1 0:1:1\v", "7: value '1?' is not a finite number")]
    public void A_mistake_is_found_at_its_place_wherever_the_line_stands(string line, string message)
    {
        string before = string.Concat(Enumerable.Repeat("1 0:1:1\n\r\n", 50));
        foreach (string after in new[] { "\r\n", "\r\n1 0:123456789:1\r\n" })
            AssertRefused("f:101:" + message, () => ReadAll(Libffm(Utf8(before + line + after))));
    }

    [Fact]
    public void Values_are_the_same_in_the_middle_of_a_line_and_at_its_end() =>
        Gen.Select(Gen.Int[0, 9], Gen.Long[0, 999_999_999_999_999], Gen.Int[0, 16], Gen.OneOf(Gen.Const(""), Gen.Const("-"), Gen.Const("+")), Gen.OneOf(Gen.Const(""), Gen.Const("e-3"), Gen.Const("x"), Gen.Const("."))).Sample(
            (length, digits, point, sign, rest) =>
            {
                string text = digits.ToString("D15", CultureInfo.InvariantCulture)[length..];
                if (point <= text.Length) text = text.Insert(point, ".");
                text = sign + text + rest;
                bool valid = NumberText.TryParse(Utf8(text), out float expected);
                foreach (string after in MoreFeatures)
                {
                    using ExampleReader reader = Libffm(Utf8($"1 3:4:{text}{after}\n"));
                    var example = new Example();
                    if (valid)
                    {
                        Assert.True(reader.Read(example));
                        Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(example.Values[0]));
                        Assert.Equal(1 + after.Count(c => c is ' ' or '\t'), example.Count);
                    }
                    else
                    {
                        AssertRefused($"f:1:7: value '{text}' is not a finite number", () => reader.Read(example));
                    }
                }
            },
            seed: "0000000000004",
            iter: 20_000);

    [Fact]
    public void A_present_but_malformed_label_is_refused_when_scoring_too() =>
        AssertRefused("f:1:1: label '?' is not a finite number", () => ReadAll(Libffm(Utf8("? 0:1:1"), ExampleMode.Scoring)));

    [Fact]
    public void A_line_of_ten_megabytes_is_an_example()
    {
        const int Features = 1_000_000;
        byte[] line = Utf8("1" + string.Concat(Enumerable.Range(0, Features).Select(i => $" 1:{i:D6}:1")) + "\n0 2:3:1\n");
        Assert.True(line.Length > 10_000_000);
        using ExampleReader reader = Libffm(line);
        var example = new Example();
        Assert.True(reader.Read(example));
        Assert.Equal(Features, example.Count);
        Assert.Equal((1u, Features - 1ul, 1f), (example.Fields[Features - 1], example.Keys[Features - 1], example.Values[Features - 1]));
        Assert.True(reader.Read(example));
        Assert.Equal("0 2:3:1", Show(example));
        Assert.Equal(line.Length, reader.BytesRead);
    }

    [Fact]
    public void Written_examples_are_read_back_equal()
    {
        Gen<float> finite = Gen.Float.Where(float.IsFinite);
        var feature = Gen.Select(Gen.UInt[0, Schema.MaximumFields - 1], Gen.ULong, Gen.OneOf(finite, Gen.Const(1f)));
        var row = Gen.Select(finite, feature.Array[0, 12]);
        Gen.Select(row.Array[0, 20], Gen.OneOf(Gen.Const("\n"), Gen.Const("\r\n")), Gen.OneOf(Gen.Const(" "), Gen.Const("\t"), Gen.Const("  \t"))).Sample(
            (rows, end, separator) =>
            {
                string text = string.Concat(rows.Select(r =>
                    Number(r.Item1) + string.Concat(r.Item2.Select(f => $"{separator}{f.Item1}:{f.Item2}:{Number(f.Item3)}")) + end));
                using ExampleReader reader = Libffm(Utf8(text));
                var example = new Example();
                foreach ((float label, (uint, ulong, float)[] features) in rows)
                {
                    Assert.True(reader.Read(example));
                    Assert.Equal(label, example.Label);
                    Assert.Equal(features.Select(f => f.Item1), example.Fields.Take(example.Count));
                    Assert.Equal(features.Select(f => f.Item2), example.Keys.Take(example.Count));
                    Assert.Equal(features.Select(f => f.Item3), example.Values.Take(example.Count));
                }

                Assert.False(reader.Read(example));
            },
            seed: "0000000000001",
            iter: 300);
    }

    [Fact]
    public void Short_decimals_parse_as_the_library_parses_them() =>
        Gen.Select(Gen.Long[0, 999_999_999_999_999], Gen.Int[0, 15], Gen.Bool, Gen.Bool).Sample(
            (digits, places, negative, padded) =>
            {
                string text = padded ? digits.ToString("D15", CultureInfo.InvariantCulture) : digits.ToString(CultureInfo.InvariantCulture);
                if (places <= text.Length) text = text.Insert(text.Length - places, ".");
                if (negative) text = "-" + text;
                Assert.True(NumberText.TryParse(Utf8(text), out double parsed));
                double expected = double.Parse(text, CultureInfo.InvariantCulture);
                Assert.Equal(BitConverter.DoubleToInt64Bits(expected), BitConverter.DoubleToInt64Bits(parsed));
            },
            seed: "0000000000002",
            iter: 20_000);

    [Theory]
    [InlineData("libffm")]
    [InlineData("libsvm")]
    [InlineData("csv")]
    [InlineData("tsv")]
    public void A_format_parses_back_from_its_name(string name)
    {
        Assert.Equal(name, InputFormats.Name(InputFormats.Parse(name)!.Value));
        Assert.Contains(name, InputFormats.Names);
        Assert.Null(InputFormats.Parse(name.ToUpperInvariant()));
    }

    private static string Number(float value) => value.ToString(CultureInfo.InvariantCulture);
}
