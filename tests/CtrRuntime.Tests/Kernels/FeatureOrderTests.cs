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
                ulong[] orders = [.. Enumerable.Range(0, length).Select(i => FeatureOrder.Of((uint)random.NextInt64(fields), i))];
                if (seed % 2 == 0) random.Shuffle(orders);
                ulong[] expected = [.. orders.OrderBy(FeatureOrder.Field).ThenBy(FeatureOrder.Position)];
                fixed (ulong* pointer = orders) FeatureOrder.Sort(pointer, length);
                Assert.Equal(expected, orders);
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
        ulong[] orders = [.. fields.Select(FeatureOrder.Of)];
        fixed (ulong* pointer = orders) FeatureOrder.Sort(pointer, orders.Length);
        Assert.Equal(fields.Order(), orders.Select(FeatureOrder.Field));
    }
}
