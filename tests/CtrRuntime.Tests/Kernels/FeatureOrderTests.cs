using CsCheck;
using CtrRuntime.Kernels;

namespace CtrRuntime.Tests.Kernels;

public sealed unsafe class FeatureOrderTests
{
    [Fact]
    public void Features_are_sorted_by_field_and_then_by_position()
    {
        Gen.Select(Gen.Int[0, 700], Gen.UInt[1, 60], Gen.Int).Sample(
            (length, fields, seed) =>
            {
                var random = new Random(seed);
                Feature[] features = [.. Enumerable.Range(0, length).Select(i => new Feature
                {
                    Weight = random.NextSingle(), Field = (uint)random.NextInt64(fields), Value = random.NextSingle(), Position = (uint)i,
                })];
                if (seed % 2 == 0) random.Shuffle(features);
                Feature[] expected = [.. features.OrderBy(feature => feature.Field).ThenBy(feature => feature.Position)];
                fixed (Feature* pointer = features) FeatureOrder.SortByField(pointer, length);
                Assert.Equal(expected, features);
            },
            iter: 400,
            seed: "0000KWhp_Xz3");
    }

    [Theory]
    [InlineData(new uint[] { uint.MaxValue, 0, uint.MaxValue, 3 })]
    [InlineData(new uint[] { 2, 1 })]
    [InlineData(new uint[] { 5 })]
    [InlineData(new uint[] { })]
    public void Extreme_fields_sort_as_unsigned_numbers(uint[] fields)
    {
        Feature[] features = [.. fields.Select((field, i) => new Feature { Field = field, Position = (uint)i })];
        fixed (Feature* pointer = features) FeatureOrder.SortByField(pointer, features.Length);
        Assert.Equal(fields.Order(), features.Select(feature => feature.Field));
    }
}
