using CtrRuntime.Input;
using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Tests.Data;

/// <summary>Names of features, and two texts with one key.</summary>
public sealed class FeatureTextsTests
{
    private static readonly Schema Fields = new(
        KeyKind.Text, 0, [FieldSchema.Categorical("city"), FieldSchema.Binned("age", [20, 30.5]), FieldSchema.Numeric("price", 1, 2)], "label");

    private readonly FeatureTexts _texts = new(Fields, "f");

    [Fact]
    public void Features_have_names()
    {
        (uint Field, string Text, string Name)[] features =
        [
            (0, "Zürich", "city=Zürich"), (0, "", "city="), (1, "7", "age in (-inf, 20)"), (1, "20", "age in [20, 30.5)"), (1, " 31 ", "age in [30.5, inf)"),
            (1, "", "age="), (2, "4.5", "price"),
        ];
        for (uint number = 0; number < features.Length; number++)
        {
            _texts.Check(number, features[number].Field, System.Text.Encoding.UTF8.GetBytes(features[number].Text), 1);
            Assert.Equal(features[number].Name, _texts.Name(number));
        }
    }

    [Fact]
    public void Two_texts_with_one_key_are_an_error()
    {
        _texts.Check(0, 0, "Paris"u8, 2);
        _texts.Check(0, 0, "Paris"u8, 3);
        CtrException refusal = Assert.Throws<CtrException>(() => _texts.Check(0, 0, "Berlin"u8, 4));
        Assert.Equal(CtrStatus.Data, refusal.Status);
        Assert.Equal("f:4:1: city 'Berlin' has the same hash as city 'Paris'; use another hash seed", refusal.Message);
        Assert.Throws<CtrException>(() => _texts.Check(0, 2, "Paris"u8, 5));
    }

    [Fact]
    public void Many_numbers_share_a_bin_and_all_a_numeric_feature()
    {
        _texts.Check(0, 1, "21"u8, 2);
        _texts.Check(0, 1, "22"u8, 3);
        _texts.Check(1, 2, "1"u8, 2);
        _texts.Check(1, 2, "2.5"u8, 3);
        Assert.Equal("age in [20, 30.5)", _texts.Name(0));
        Assert.Throws<CtrException>(() => _texts.Check(1, 1, "25"u8, 4));
    }
}
