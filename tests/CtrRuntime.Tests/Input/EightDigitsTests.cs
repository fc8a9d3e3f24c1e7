using System.Buffers.Binary;
using System.Globalization;
using CsCheck;
using CtrRuntime.Input;
using static CtrRuntime.Tests.Input.Inputs;

namespace CtrRuntime.Tests.Input;

public sealed class EightDigitsTests
{
    [Fact]
    public void Digits_end_at_every_other_byte_wherever_it_stands()
    {
        const string Digits = "98765432";
        for (int count = 0; count < EightDigits.Length; count++)
        {
            for (int other = 0; other < 256; other++)
            {
                if (other is >= '0' and <= '9') continue;
                byte[] text = Utf8(Digits);
                text[count] = (byte)other;
                int read = EightDigits.Read(BinaryPrimitives.ReadUInt64LittleEndian(text), out uint number);
                Assert.Equal((count, count == 0 ? 0 : uint.Parse(Digits[..count], CultureInfo.InvariantCulture)), (read, number));
            }
        }
    }

    [Fact]
    public void Bytes_behind_the_digits_do_not_matter() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 8], Gen.UInt[0, 99_999_999]).Sample(
            (bytes, count, digits) =>
            {
                byte[] text = new byte[8];
                BinaryPrimitives.WriteUInt64LittleEndian(text, bytes);
                string expected = digits.ToString("D8", CultureInfo.InvariantCulture)[(8 - count)..];
                Utf8(expected).CopyTo(text, 0);
                if (count < 8) text[count] |= 0x80;
                int read = EightDigits.Read(BinaryPrimitives.ReadUInt64LittleEndian(text), out uint number);
                Assert.Equal((count, count == 0 ? 0 : uint.Parse(expected, CultureInfo.InvariantCulture)), (read, number));
            },
            seed: "0000000000003",
            iter: 20_000);

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData(":1 2:3")]
    [InlineData(":1234567890")]
    public void Integers_of_every_length_are_read_whatever_follows(string rest)
    {
        foreach (string zeros in new[] { "", "0", "0000000", "00000000", "000000000000000000000" })
        {
            for (int length = 1; length <= 20; length++)
            {
                string digits = "18446744073709551615"[..length];
                AssertReads(zeros + digits, rest, ulong.Parse(digits, CultureInfo.InvariantCulture));
            }

            AssertReads(zeros + "9999999999999999999", rest, 9_999_999_999_999_999_999);
            foreach (string above in new[] { "18446744073709551616", "18446744073709551620", "99999999999999999999", "100000000000000000000" })
                Assert.Equal((false, 0ul, 0), Read(zeros + above + rest));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData(":1234567890")]
    [InlineData("-1234567890")]
    [InlineData("\u0661\u0662\u0663\u0664")]
    public void No_digit_is_no_integer(string text) => Assert.Equal((false, 0ul, 0), Read(text));

    private static void AssertReads(string digits, string rest, ulong value)
    {
        Assert.Equal((true, value, digits.Length), Read(digits + rest));
        int position = 0;
        Assert.True(NumberText.ReadShortInteger(Utf8(digits + rest), ref position, out ulong shortValue));
        Assert.Equal((value, digits.Length), (shortValue, position));
    }

    private static (bool Read, ulong Value, int Position) Read(string text)
    {
        int position = 0;
        bool read = NumberText.ReadInteger(Utf8(text), ref position, out ulong value);
        return (read, value, position);
    }
}
