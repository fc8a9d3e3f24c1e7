using CtrRuntime.Kernels;

namespace CtrRuntime.Tests.Kernels;

public sealed class PairHashTests
{
    [Fact]
    public void The_order_of_the_keys_does_not_matter()
    {
        var random = new Random(5);
        for (int i = 0; i < 1000; i++)
        {
            ulong a = (ulong)random.NextInt64(), b = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            Assert.Equal(PairHash.Mix(a, b), PairHash.Mix(b, a));
        }
    }

    /// <summary>The hash is part of the model file: these values may never change.</summary>
    [Theory]
    [InlineData(0UL, 0UL, 0x0000000000000000UL)]
    [InlineData(0UL, 1UL, 0xB456BCFC34C2CB2CUL)]
    [InlineData(1UL, 2UL, 0xF8F76353B6D877C5UL)]
    [InlineData(0x0123456789ABCDEFUL, 0xFEDCBA9876543210UL, 0xACB81A40B29946F5UL)]
    [InlineData(ulong.MaxValue, ulong.MaxValue, 0x3CD617BBBCC39640UL)]
    public void The_hash_is_the_published_one(ulong a, ulong b, ulong expected) => Assert.Equal(expected, PairHash.Mix(a, b));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(63)]
    public void An_entry_is_the_top_bits_of_the_hash(int bits)
    {
        for (ulong key = 0; key < 100; key++)
            Assert.Equal(bits == 0 ? 0 : PairHash.Mix(key, 77) >> (64 - bits), PairHash.Entry(key, 77, bits));
    }

    [Fact]
    public void Pairs_of_small_ids_spread_over_the_table_as_evenly_as_chance()
    {
        const int bits = 10, ids = 300;
        var counts = new int[1 << bits];
        int pairs = 0;
        for (ulong a = 0; a < ids; a++)
        {
            for (ulong b = a; b < ids; b++, pairs++) counts[PairHash.Entry(a, b, bits)]++;
        }

        // Chi-square with 1023 degrees of freedom: mean 1023, standard deviation 45.
        double mean = (double)pairs / counts.Length;
        Assert.InRange(counts.Sum(count => (count - mean) * (count - mean) / mean), 1023 - 250, 1023 + 250);
    }
}
