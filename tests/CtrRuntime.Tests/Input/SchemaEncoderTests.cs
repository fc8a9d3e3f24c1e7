using System.Globalization;
using CsCheck;
using CtrRuntime.Input;
using static CtrRuntime.Tests.Input.Inputs;

namespace CtrRuntime.Tests.Input;

public sealed class SchemaEncoderTests
{
    private const ulong Seed = 42;
    private const uint City = 0;
    private const uint Price = 1;
    private const uint Age = 2;
    private const uint CitySkipped = 3;
    private const uint PriceCounted = 4;
    private const uint AgeSkipped = 5;

    private static readonly SchemaEncoder Encoder = new(new(
        KeyKind.Text,
        Seed,
        [
            FieldSchema.Categorical("city"),
            FieldSchema.Numeric("price", 10, 0.5),
            FieldSchema.Binned("âge", [18, 30.5, 65]),
            FieldSchema.Categorical("city skipped") with { Missing = MissingPolicy.Skip },
            FieldSchema.Numeric("price counted", 0, 1) with { Missing = MissingPolicy.Feature },
            FieldSchema.Binned("age skipped", [0]) with { Missing = MissingPolicy.Skip },
        ]));

    [Theory]
    [InlineData(City, "Zürich", "Zürich", 1)]
    [InlineData(City, " x ", " x ", 1)]
    [InlineData(City, "5.0", "5.0", 1)]
    [InlineData(City, "", "", 1)]
    [InlineData(City, " ", " ", 1)]
    [InlineData(CitySkipped, "", null, 0)]
    [InlineData(Price, "11", "", 0.5f)]
    [InlineData(Price, " \t1.1e1 ", "", 0.5f)]
    [InlineData(Price, "", null, 0)]
    [InlineData(Price, "  ", null, 0)]
    [InlineData(PriceCounted, "", "missing", 1)]
    [InlineData(PriceCounted, " ", "missing", 1)]
    [InlineData(PriceCounted, "-0.1", "", -0.1f)]
    [InlineData(Age, "-1e308", "0", 1)]
    [InlineData(Age, "17.999999", "0", 1)]
    [InlineData(Age, "18", "1", 1)]
    [InlineData(Age, "30.499", "1", 1)]
    [InlineData(Age, "30.5", "2", 1)]
    [InlineData(Age, "65", "3", 1)]
    [InlineData(Age, "1e308", "3", 1)]
    [InlineData(Age, "", "", 1)]
    [InlineData(AgeSkipped, "", null, 0)]
    [InlineData(AgeSkipped, "-0", "1", 1)]
    public void Text_becomes_the_key_of_a_text_and_a_value(uint field, string text, string? keyText, float value)
    {
        EncodeResult result = Encoder.EncodeText(field, Utf8(text), out FeatureValue feature);
        Assert.Equal(keyText is null ? EncodeResult.None : EncodeResult.Feature, result);
        Assert.Equal(keyText is null ? default : Expected(field, keyText, value), feature);
    }

    [Theory]
    [InlineData(Price, "x")]
    [InlineData(Price, "1 2")]
    [InlineData(Price, "NaN")]
    [InlineData(Price, "1e999")]
    [InlineData(Price, "1e39")]
    [InlineData(Age, "inf")]
    [InlineData(Age, "12,5")]
    [InlineData(Age, "1\0")]
    public void What_is_no_finite_number_is_refused(uint field, string text)
    {
        Assert.Equal(EncodeResult.NotANumber, Encoder.EncodeText(field, Utf8(text), out FeatureValue feature));
        Assert.Equal(default, feature);
    }

    [Theory]
    [InlineData(5.0, "5")]
    [InlineData(-0.0, "0")]
    [InlineData(0.1, "0.1")]
    [InlineData(-2.5, "-2.5")]
    [InlineData(1e15, "1000000000000000")]
    [InlineData(-9007199254740991.0, "-9007199254740991")]
    [InlineData(1e20, "1E+20")]
    [InlineData(1e-7, "1E-07")]
    [InlineData(-double.Epsilon, "-5E-324")]
    [InlineData(double.MinValue, "-1.7976931348623157E+308")]
    public void A_number_in_a_categorical_field_is_its_text(double number, string text)
    {
        Assert.Equal(EncodeResult.Feature, Encoder.EncodeNumber(City, number, out FeatureValue feature));
        Assert.Equal(Expected(City, text, 1), feature);
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_refused_everywhere()
    {
        foreach (double number in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
            for (uint field = 0; field < 6; field++)
                Assert.Equal(EncodeResult.NotANumber, Encoder.EncodeNumber(field, number, out _));
        Assert.Equal(EncodeResult.NotANumber, Encoder.EncodeNumber(Price, 1e300, out _));
    }

    [Fact]
    public void A_number_and_its_text_are_the_same_feature()
    {
        Gen<double> numbers = Gen.OneOf(Gen.Double.Where(double.IsFinite), Gen.Double[-100, 100], Gen.Int[-100, 100].Select(i => (double)i), Gen.Int.Select(i => i / 4.0));
        Gen.Select(Gen.UInt[0, 5], numbers).Sample(
            (field, number) =>
            {
                string text = number == Math.Truncate(number) && Math.Abs(number) < 1e15
                    ? number.ToString("F0", CultureInfo.InvariantCulture).Replace("-0", "0", StringComparison.Ordinal)
                    : number.ToString("R", CultureInfo.InvariantCulture);
                EncodeResult expected = Encoder.EncodeText(field, Utf8(text), out FeatureValue fromText);
                Assert.Equal(expected, Encoder.EncodeNumber(field, number, out FeatureValue fromNumber));
                Assert.Equal(fromText, fromNumber);
            },
            seed: "0000000000004",
            iter: 20_000);
    }

    [Fact]
    public void A_bin_is_the_number_of_edges_at_or_below() =>
        Gen.Select(Gen.Int[-20, 20].HashSet[0, 20], Gen.Int[-22, 22].Select(i => i / 2.0)).Sample(
            (edges, number) =>
            {
                double[] sorted = [.. edges.Order().Select(e => (double)e)];
                var encoder = new SchemaEncoder(new(KeyKind.Text, Seed, [FieldSchema.Binned("x", sorted)]));
                encoder.EncodeNumber(0, number, out FeatureValue feature);
                Assert.Equal(encoder.Key(0, Utf8($"{sorted.Count(edge => edge <= number)}")), feature.Key);
            },
            seed: "0000000000005",
            iter: 500);

    [Fact]
    public void Fields_are_found_by_name()
    {
        for (uint field = 0; field < 6; field++)
        {
            Assert.True(Encoder.TryFindField(Utf8(Encoder.Schema.Fields[(int)field].Name), out uint found));
            Assert.Equal(field, found);
        }

        Assert.False(Encoder.TryFindField(Utf8("City"), out _));
        Assert.False(Encoder.TryFindField(default, out _));
    }

    [Fact]
    public void Field_numbers_out_of_range_are_refused()
    {
        const string Message = "field 6 is not one of the schema's 6 fields";
        AssertRefused(Message, () => Encoder.Key(6, default), CtrStatus.UnknownField);
        AssertRefused(Message, () => Encoder.EncodeText(6, default, out _), CtrStatus.UnknownField);
        AssertRefused(Message, () => Encoder.EncodeNumber(6, 1, out _), CtrStatus.UnknownField);
        AssertRefused(Message, () => Encoder.EncodeMissing(6, out _), CtrStatus.UnknownField);
    }

    [Theory]
    [InlineData("0", EncodeResult.Feature, 0)]
    [InlineData(" 18446744073709551615 ", EncodeResult.Feature, ulong.MaxValue)]
    [InlineData("", EncodeResult.None, 0)]
    [InlineData(" ", EncodeResult.None, 0)]
    [InlineData("18446744073709551616", EncodeResult.NotANumber, 0)]
    [InlineData("1.0", EncodeResult.NotANumber, 0)]
    [InlineData("-1", EncodeResult.NotANumber, 0)]
    public void Integer_ids_are_parsed(string text, EncodeResult result, ulong key)
    {
        foreach (var encoder in new SchemaEncoder[] { new(Schema.OfIds(1)), new(Schema.OfIds(0)) })
        {
            Assert.Equal(result, encoder.EncodeText(0, Utf8(text), out FeatureValue feature));
            Assert.Equal(result == EncodeResult.Feature ? new FeatureValue(0, key, 1) : default, feature);
            if (result == EncodeResult.Feature) Assert.Equal(key, encoder.Key(0, NumberText.Trim(Utf8(text))));
        }
    }

    [Theory]
    [InlineData(0.0, true)]
    [InlineData(9007199254740991.0, true)]
    [InlineData(9007199254740992.0, false)]
    [InlineData(-1.0, false)]
    [InlineData(0.5, false)]
    public void Numbers_are_ids_when_they_say_exactly_which(double number, bool isId)
    {
        var encoder = new SchemaEncoder(Schema.OfIds(1));
        Assert.Equal(isId ? EncodeResult.Feature : EncodeResult.NotANumber, encoder.EncodeNumber(0, number, out FeatureValue feature));
        Assert.Equal(isId ? new FeatureValue(0, (ulong)number, 1) : default, feature);
    }

    [Fact]
    public void Text_that_is_no_id_has_no_key() => AssertRefused(
        "'x' is not an integer id", () => new SchemaEncoder(Schema.OfIds(1)).Key(0, Utf8("x")), CtrStatus.FieldValue);

    [Fact]
    public void Encoding_allocates_nothing()
    {
        byte[] text = Utf8("a text of some length");
        byte[] number = Utf8("12.3456789012345678901");
        byte[] name = Utf8("âge");
        ulong sum = 0;
        Encode();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) Encode();
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.NotEqual(0ul, sum);

        void Encode()
        {
            for (uint field = 0; field < 6; field++)
            {
                Encoder.EncodeText(field, number, out FeatureValue a);
                Encoder.EncodeText(field, text, out FeatureValue b);
                Encoder.EncodeNumber(field, 0.1, out FeatureValue c);
                Encoder.EncodeMissing(field, out FeatureValue d);
                Encoder.TryFindField(name, out uint found);
                sum += a.Key + b.Key + c.Key + d.Key + found;
            }
        }
    }

    private static FeatureValue Expected(uint field, string keyText, float value) =>
        new(field, FieldKeys.Key(FieldKeys.Seed(Seed, Encoder.Schema.Fields[(int)field].Name), Utf8(keyText)), value);
}
