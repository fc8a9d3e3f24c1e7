using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Rows that are refused: a status, a detail that names the row, and nothing written.</summary>
public sealed unsafe class ScoreRefusalTests
{
    private static readonly CtrLibrary Ctr = CtrLibrary.Best;
    private static readonly TestModels.Shape Shape = new("ffm");
    private static readonly byte[] Model = TestModels.Bytes(Shape);

    [Fact]
    public void Offsets_that_decrease()
    {
        Batch batch = Sound();
        batch.Offsets[4] = 1;
        Refused(CtrStatus.RowOffsets, "row 3: it ends at offset 1", batch);
    }

    [Fact]
    public void Offsets_that_decrease_at_the_end()
    {
        Batch batch = Sound();
        batch.Offsets[^1] = batch.Offsets[^2] - 1;
        Refused(CtrStatus.RowOffsets, "row 9: it ends at offset ", batch);
    }

    [Fact]
    public void A_row_that_is_longer_than_any_memory()
    {
        Batch batch = Sound();
        batch.Offsets[^1] = ulong.MaxValue;
        Refused(CtrStatus.RowTooLong, $"row 9: {ulong.MaxValue - 36} features are more than any row can have", batch);
    }

    [Theory]
    [InlineData(0, 5u)]
    [InlineData(17, uint.MaxValue)]
    [InlineData(39, 0x80000000)]
    public void A_field_out_of_range(int at, uint field)
    {
        Batch batch = Sound();
        batch.Fields![at] = field;
        Refused(CtrStatus.RowField, $"row {at / 4}, feature {at % 4}: field {field} of 5", batch);
    }

    [Theory]
    [InlineData(0, float.NaN)]
    [InlineData(13, float.PositiveInfinity)]
    [InlineData(39, float.NegativeInfinity)]
    public void A_value_that_is_not_finite(int at, float value)
    {
        Batch batch = Sound();
        batch.Values![at] = value;
        Refused(CtrStatus.RowValue, $"row {at / 4}, feature {at % 4}: the value ", batch);
    }

    [Fact]
    public void Fields_left_out_of_rows_that_have_not_one_feature_each() =>
        Refused(CtrStatus.RowFieldsMissing, "row 0: 4 features without field numbers; the model has 5 fields", Sound() with { Fields = null });

    [Theory]
    [InlineData("lr")]
    [InlineData("poly2")]
    [InlineData("mf")]
    [InlineData("fm")]
    public void Kinds_that_do_not_use_fields_do_not_look_at_them(string kind)
    {
        using NativeModel model = Ctr.Open(TestModels.Bytes(new(kind)));
        Batch batch = Sound();
        float[] expected = model.Score(batch);
        Assert.Equal(expected, model.Score(batch with { Fields = null }));
        Array.Fill(batch.Fields!, 4000u);
        Assert.Equal(expected, model.Score(batch));
    }

    [Fact]
    public void Nulls_and_reserved_members_and_unknown_options()
    {
        using NativeModel model = Ctr.Open(Model);
        ulong* offsets = stackalloc ulong[] { 4, 5 };
        var none = new NativeRows { StructSize = (uint)sizeof(NativeRows) };
        NativeRows one = none with { RowCount = 1, Offsets = offsets };
        var options = new NativeScoreOptions { StructSize = (uint)sizeof(NativeScoreOptions) };
        float score = 77;
        Assert.Equal(CtrStatus.Ok, Ctr.Score(model.Handle, &none, &options, null));
        Refused(null, &options, &score);
        NativeRows reserved = none with { Reserved = 1 };
        Refused(&reserved, &options, &score);
        Assert.Equal("ctr_rows.reserved is 1, not 0", Ctr.Error());
        NativeScoreOptions output = options with { Output = 2 };
        Refused(&none, &output, &score);
        NativeRows noOffsets = one with { Offsets = null };
        Refused(&noOffsets, &options, &score);
        Refused(&one, &options, &score);
        Assert.Equal("ctr_rows.keys is NULL", Ctr.Error());
        offsets[1] = 4;
        Refused(&one, &options, null);
        Assert.Equal(77, score);

        // A row without features scores the bias and needs no keys.
        uint field = 0;
        one.Fields = &field;
        options.Output = 1;
        Assert.Equal(CtrStatus.Ok, Ctr.Score(model.Handle, &one, &options, &score));
        Assert.Equal(-1.5f, score);

        void Refused(NativeRows* rows, NativeScoreOptions* how, float* scores) =>
            Assert.Equal(CtrStatus.InvalidArgument, Ctr.Score(model.Handle, rows, how, scores));
    }

    [Fact]
    public void Scratch_for_rows_that_cannot_be_scored()
    {
        using NativeModel model = Ctr.Open(Model);
        ulong size = 77;
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.ScratchSize(model.Handle, 5, null));
        Assert.Equal(CtrStatus.RowTooLong, Ctr.ScratchSize(model.Handle, 1ul << 32, &size));
        Assert.Equal(CtrStatus.RowTooLong, Ctr.ScratchSize(model.Handle, ulong.MaxValue, &size));
        Assert.Equal(77ul, size);
    }

    /// <summary>Ten rows of four features.</summary>
    private static Batch Sound()
    {
        var random = new Random(1);
        return new Batch(
            [.. Enumerable.Range(0, 11).Select(r => (ulong)(4 * r))],
            [.. Enumerable.Range(0, 40).Select(_ => (uint)random.Next(5))],
            [.. Enumerable.Range(0, 40).Select(_ => TestModels.KeyOf(random.Next(Shape.Slots)))],
            [.. Enumerable.Range(0, 40).Select(_ => (float)random.NextDouble())]);
    }

    private static void Refused(CtrStatus status, string detail, Batch batch)
    {
        using NativeModel model = Ctr.Open(Model);
        Assert.Equal(10, model.Score(Sound()).Distinct().Count());
        float[] scores = [.. Enumerable.Repeat(77f, 10)];
        uint[] unknown = [.. Enumerable.Repeat(77u, 10)];
        Assert.Equal(status, model.Score(batch, scores, unknown: unknown));
        Assert.StartsWith(detail, Ctr.Error());
        Assert.All(scores, score => Assert.Equal(77, score));
        Assert.All(unknown, count => Assert.Equal(77u, count));
    }
}
