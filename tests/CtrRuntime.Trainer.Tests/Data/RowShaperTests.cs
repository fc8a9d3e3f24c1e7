using CtrRuntime.Input;
using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Tests.Data;

public sealed class RowShaperTests
{
    [Fact]
    public void Features_are_sorted_by_field_and_stay_in_order_within_one()
    {
        var random = new Random(5);
        var shaper = new RowShaper();
        var example = new Example();
        foreach (int count in new[] { 0, 1, 2, 7, 500, 39 })
        {
            example.Clear();
            for (int i = 0; i < count; i++) example.Add((uint)random.Next(5), (ulong)i << 40, i);
            List<(uint, ulong, float)> expected = [.. Features(example).OrderBy(feature => feature.Field)];
            shaper.SortByField(example);
            Assert.Equal(expected, Features(example));
        }
    }

    [Theory]
    [InlineData(new float[] { }, new float[] { })]
    [InlineData(new float[] { 1, 2 }, new float[] { 1, 2 })]
    [InlineData(new float[] { 0, -0f, 0 }, new float[] { })]
    [InlineData(new float[] { 1, 0, 2, -0f, 3, 1e-45f }, new float[] { 1, 2, 3, 1e-45f })]
    [InlineData(new float[] { -0f, 1, 0 }, new float[] { 1 })]
    public void Zeros_of_either_sign_are_dropped(float[] values, float[] kept)
    {
        var example = new Example();
        for (int i = 0; i < values.Length; i++) example.Add((uint)i, (ulong)i, values[i]);
        List<(uint, ulong, float)> expected = [.. Features(example).Where(feature => feature.Value != 0)];
        RowShaper.DropZeros(example);
        Assert.Equal(expected, Features(example));
        Assert.Equal(kept, example.Values.Take(example.Count));
    }

    private static List<(uint Field, ulong Key, float Value)> Features(Example example) =>
        [.. Enumerable.Range(0, example.Count).Select(i => (example.Fields[i], example.Keys[i], example.Values[i]))];
}
