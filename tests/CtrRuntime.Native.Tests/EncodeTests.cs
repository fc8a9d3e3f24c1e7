using System.Text;
using CsCheck;
using CtrRuntime.Input;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Raw values through the C ABI, against the managed encoder.</summary>
public sealed unsafe class EncodeTests
{
    private static readonly CtrLibrary Ctr = CtrLibrary.Best;
    private static readonly byte[] Model = TestModels.Bytes(new("fm") { Schema = TestSchemas.Mixed });
    private static readonly int Fields = TestSchemas.Mixed.Fields.Count;

    private static readonly string[] Texts = ["", " ", "Sales", "12", " -3.5e-2 ", "nan", "1e999", "x1", "€"];
    private static readonly double[] Numbers = [double.NaN, double.PositiveInfinity, double.MaxValue, 5e-324, 0, -0.0];

    // A raw value: nothing, a text, or a number.
    private static readonly Gen<object?> Value = Gen.OneOf(
        Gen.Const((object?)null),
        Gen.Int[0, Texts.Length - 1].Select(i => (object?)Texts[i]),
        Gen.String[Gen.Char.AlphaNumeric, 0, 30].Select(text => (object?)text),
        Gen.Double[-1e7, 1e7].Select(number => (object?)number),
        Gen.Int[-100, 100].Select(number => (object?)(double)number),
        Gen.Int[0, Numbers.Length - 1].Select(i => (object?)Numbers[i]));

    [Fact]
    public void A_row_is_that_of_the_managed_encoder_whatever_the_order_of_the_values()
    {
        using CtrModel managed = CtrModel.Open(Model);
        using NativeModel model = Ctr.Open(Model);
        Gen.Select(Value.Array[Fields], Gen.Int).Sample(
            (values, seed) =>
            {
                var (expected, refused) = Expect(managed.Encoder, values);
                var order = Enumerable.Range(0, Fields).ToArray();
                new Random(seed).Shuffle(order);
                CtrStatus status = Encode(model, [.. order.Select(f => ((uint)f, values[f]))], capacity: Fields, out FeatureValue[] row);
                Assert.Equal(refused ? CtrStatus.FieldValue : CtrStatus.Ok, status);
                if (!refused) Assert.Equal(expected, row);
            },
            iter: 5000,
            seed: "0000Y5rkNZc3");
    }

    [Fact]
    public void Fields_that_are_not_given_are_missing()
    {
        using CtrModel managed = CtrModel.Open(Model);
        using NativeModel model = Ctr.Open(Model);
        Assert.Equal(CtrStatus.Ok, Encode(model, [], Fields, out FeatureValue[] row));
        Assert.Equal(Expect(managed.Encoder, new object?[Fields]).Row, row);
        Assert.Equal([0u, 2u, 4u], row.Select(feature => feature.Field));
    }

    [Fact]
    public void A_buffer_that_is_too_small_says_what_is_needed_and_is_not_overrun()
    {
        using NativeModel model = Ctr.Open(Model);
        (uint, object?)[] values = [(0, "a"), (1, 3.5), (2, "7"), (3, "b"), (5, 9.0)];
        for (int capacity = 0; capacity <= 7; capacity++)
        {
            CtrStatus status = Encode(model, values, capacity, out FeatureValue[] row);
            Assert.Equal(capacity < 6 ? CtrStatus.BufferTooSmall : CtrStatus.Ok, status);
            Assert.Equal(6, row.Length);
        }

        Assert.Equal(CtrStatus.FieldValue, Encode(model, [(1, "no number")], 0, out _));
        Assert.Equal("field 'age': 'no number' does not fit", Ctr.Error());
    }

    [Fact]
    public void Values_that_contradict_the_rules_are_refused()
    {
        using NativeModel model = Ctr.Open(Model);
        Assert.Equal(CtrStatus.UnknownField, Encode(model, [(6, "a")], Fields, out _));
        Assert.Equal("value 0: field 6 of 6", Ctr.Error());
        Assert.Equal(CtrStatus.UnknownField, Encode(model, [(0, "a"), (uint.MaxValue, 1.0)], Fields, out _));
        Assert.Equal(CtrStatus.InvalidArgument, Encode(model, [(2, 1.0), (2, 1.0)], Fields, out _));
        Assert.Equal("value 1: field 2 has a value already", Ctr.Error());
        Assert.Equal(CtrStatus.FieldValue, Encode(model, [(1, double.NaN)], Fields, out _));
    }

    [Fact]
    public void Arguments_are_checked()
    {
        using NativeModel model = Ctr.Open(Model);
        uint field = 0;
        ulong key = 0;
        float number = 0;
        var value = new NativeValue { Type = 3 };
        var row = new NativeRowBuffer { StructSize = (uint)sizeof(NativeRowBuffer), Capacity = 1, Count = 55, Fields = &field, Keys = &key, Values = &number };
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.Encode(model.Handle, &value, 1, &row));
        Assert.Equal("the value of field 0 has type 3", Ctr.Error());
        value = new NativeValue { Type = 1, Size = 3 };
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.Encode(model.Handle, &value, 1, &row));
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.Encode(model.Handle, null, 1, &row));
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.Encode(model.Handle, null, 0, null));
        Refused(row with { Reserved = 1 });
        Refused(row with { Fields = null });
        Refused(row with { Keys = null });
        Refused(row with { Values = null });
        Assert.Equal(55ul, row.Count);

        void Refused(NativeRowBuffer wrong) => Assert.Equal(CtrStatus.InvalidArgument, Ctr.Encode(model.Handle, null, 0, &wrong));
    }

    [Fact]
    public void Models_of_ids_encode_whole_numbers()
    {
        using NativeModel model = Ctr.Open(TestModels.Bytes(new("ffm")));
        Assert.Equal(CtrStatus.Ok, Encode(model, [(4, "7"), (1, 12.0)], 5, out FeatureValue[] row));
        Assert.Equal([new(1, 12, 1), new(4, 7, 1)], row);
        Assert.Equal(CtrStatus.FieldValue, Encode(model, [(4, "seven")], 5, out _));
        Assert.Equal("field 4: 'seven' does not fit", Ctr.Error());
        Assert.Equal(CtrStatus.FieldValue, Encode(model, [(1, -1.0)], 5, out _));
    }

    [Fact]
    public void More_fields_than_the_stack_holds_are_fine()
    {
        var schema = new Schema(KeyKind.Text, 9, [.. Enumerable.Range(0, 3000).Select(f => FieldSchema.Categorical($"field {f}"))]);
        byte[] bytes = TestModels.Bytes(new("lr") { Schema = schema, Slots = 10 });
        using CtrModel managed = CtrModel.Open(bytes);
        using NativeModel model = Ctr.Open(bytes);
        object?[] values = [.. Enumerable.Range(0, 3000).Select(f => f % 2 == 0 ? null : (object?)$"value {f}")];
        Assert.Equal(CtrStatus.Ok, Encode(model, [.. values.Select((value, f) => ((uint)f, value))], 3000, out FeatureValue[] row));
        Assert.Equal(Expect(managed.Encoder, values).Row, row);
        Assert.Equal(CtrStatus.UnknownField, Encode(model, [(3000, "x")], 3000, out _));
    }

    [Fact]
    public void An_encoded_row_scores_as_it_does_in_the_managed_runtime()
    {
        using CtrModel managed = CtrModel.Open(Model);
        using NativeModel model = Ctr.Open(Model);
        Assert.Equal(CtrStatus.Ok, Encode(model, [(0, "a"), (1, 30.0), (2, "1.5"), (5, 20.0)], Fields, out FeatureValue[] row));
        Batch batch = Batch.Row([.. row.Select(feature => (feature.Field, feature.Key, feature.Value))]);
        Assert.Equal(batch.ScoreBy(managed), model.Score(batch));
    }

    /// <summary>Encodes into arrays with a guard element behind <paramref name="capacity"/>; the row has as many features as were needed.</summary>
    private static CtrStatus Encode(NativeModel model, (uint Field, object? Value)[] values, int capacity, out FeatureValue[] row)
    {
        var fields = new uint[capacity + 1];
        var keys = new ulong[capacity + 1];
        var numbers = new float[capacity + 1];
        fields[capacity] = 77;
        keys[capacity] = 77;
        numbers[capacity] = 77;
        byte[][] texts = [.. values.Select(v => v.Value is string text ? Encoding.UTF8.GetBytes(text) : [])];
        byte[] joined = [.. texts.SelectMany(text => text), 0];
        var native = new NativeValue[values.Length];
        CtrStatus status;
        var buffer = new NativeRowBuffer { StructSize = (uint)sizeof(NativeRowBuffer), Capacity = (ulong)capacity, Count = ulong.MaxValue };
        fixed (byte* text = joined)
        fixed (NativeValue* value = native)
        fixed (uint* fieldsAt = fields)
        fixed (ulong* keysAt = keys)
        fixed (float* numbersAt = numbers)
        {
            byte* at = text;
            for (int i = 0; i < values.Length; i++)
            {
                native[i] = new NativeValue { Field = values[i].Field, Text = at, Size = (ulong)texts[i].Length, Number = double.NaN };
                native[i].Type = values[i].Value switch { null => 0u, string => 1, _ => 2 };
                if (values[i].Value is double number) native[i].Number = number;
                at += texts[i].Length;
            }

            buffer.Fields = fieldsAt;
            buffer.Keys = keysAt;
            buffer.Values = numbersAt;
            status = Ctr.Encode(model.Handle, value, (nuint)values.Length, &buffer);
        }

        Assert.Equal((77u, 77ul, 77f), (fields[capacity], keys[capacity], numbers[capacity]));
        bool counted = status is CtrStatus.Ok or CtrStatus.BufferTooSmall;
        Assert.Equal(counted, buffer.Count != ulong.MaxValue);
        row = new FeatureValue[counted ? buffer.Count : 0];
        for (int i = 0; i < Math.Min(row.Length, capacity); i++) row[i] = new(fields[i], keys[i], numbers[i]);
        return status;
    }

    private static (List<FeatureValue> Row, bool Refused) Expect(SchemaEncoder encoder, object?[] values)
    {
        var row = new List<FeatureValue>();
        bool refused = false;
        for (uint f = 0; f < (uint)values.Length; f++)
        {
            FeatureValue feature;
            EncodeResult result = values[f] switch
            {
                string text => encoder.EncodeText(f, Encoding.UTF8.GetBytes(text), out feature),
                double number => encoder.EncodeNumber(f, number, out feature),
                _ => encoder.EncodeMissing(f, out feature),
            };
            if (result == EncodeResult.Feature) row.Add(feature);
            refused |= result == EncodeResult.NotANumber;
        }

        return (row, refused);
    }
}
