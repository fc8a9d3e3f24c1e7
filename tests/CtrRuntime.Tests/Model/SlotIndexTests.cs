using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Tests.Model;

public sealed unsafe class SlotIndexTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void Every_key_finds_its_slot_and_no_other_does(int count)
    {
        ulong[] keys = [.. Enumerable.Range(0, count).Select(i => (ulong)i * 3)];
        float[] weights = [.. Enumerable.Range(0, count).Select(i => i + 0.5f)];
        SlotEntry[] table;
        uint probes;
        fixed (float* linear = weights) table = SlotIndexTable.Build(keys, linear, out probes);
        fixed (SlotEntry* entries = table)
        {
            var index = new SlotIndex
            {
                Kind = IndexKind.Exact,
                SlotCount = (uint)count,
                Bits = SlotIndexTable.BitsFor((uint)count),
                MaxProbes = probes,
                Entries = entries,
            };
            Assert.Equal(table.Length, 1 << index.Bits);
            Assert.True(table.Length >= 2 * count);
            SlotIndexTable.Verify(index);
            for (int i = 0; i < count; i++)
            {
                Assert.Equal((uint)i, index.Find(keys[i], out float weight));
                Assert.Equal(i + 0.5f, weight);
                Assert.Equal(SlotIndex.Unknown, index.Find(keys[i] + 1));
            }
        }
    }

    [Fact]
    public void A_direct_index_knows_the_keys_below_its_slot_count()
    {
        float[] linear = [3, 4];
        fixed (float* weights = linear)
        {
            var index = new SlotIndex { Kind = IndexKind.Direct, SlotCount = 2, Linear = weights };
            Assert.Equal(1u, index.Find(1, out float weight));
            Assert.Equal(4, weight);
            foreach (ulong key in (ulong[])[2, uint.MaxValue, 1ul << 32, ulong.MaxValue])
            {
                Assert.Equal(SlotIndex.Unknown, index.Find(key, out weight));
                Assert.Equal(0, weight);
            }
        }
    }

    [Fact]
    public void A_hashed_index_has_a_slot_for_every_key()
    {
        float[] linear = [3, 4, 5, 6];
        fixed (float* weights = linear)
        {
            var index = new SlotIndex { Kind = IndexKind.Hashed, SlotCount = 4, Bits = 2, Linear = weights };
            for (ulong key = 0; key < 100; key++)
            {
                uint slot = index.Find(key, out float weight);
                Assert.Equal(SlotIndex.Position(key, 2), slot);
                Assert.Equal(linear[slot], weight);
            }

            var single = new SlotIndex { Kind = IndexKind.Hashed, SlotCount = 1, Bits = 0, Linear = weights };
            Assert.Equal(0u, single.Find(ulong.MaxValue, out _));
        }
    }

    [Fact]
    public void A_key_that_occurs_twice_is_an_error()
    {
        float* weights = stackalloc float[3];
        Assert.Throws<ArgumentException>(() => SlotIndexTable.Build([5, 6, 5], weights, out _));
    }

    [Theory]
    [InlineData(0, 0, WeightType.Float32, 0, 0)]
    [InlineData(1, 1, WeightType.Float32, 4, 16)]
    [InlineData(1, 4, WeightType.Float32, 4, 16)]
    [InlineData(1, 8, WeightType.Float32, 8, 32)]
    [InlineData(1, 16, WeightType.Float32, 16, 64)]
    [InlineData(1, 20, WeightType.Float32, 20, 128)]
    [InlineData(1, 16, WeightType.BFloat16, 16, 32)]
    [InlineData(1, 16, WeightType.Int8, 16, 32)]
    [InlineData(1, 4, WeightType.Int8, 4, 8)]
    [InlineData(3, 4, WeightType.Float32, 16, 64)]
    [InlineData(3, 4, WeightType.Int8, 16, 32)]
    [InlineData(39, 4, WeightType.Float32, 160, 640)]
    [InlineData(39, 4, WeightType.BFloat16, 160, 320)]
    [InlineData(39, 4, WeightType.Int8, 160, 192)]
    [InlineData(39, 8, WeightType.Float32, 320, 1280)]
    public void Slots_are_whole_lines_or_a_power_of_two(int blocks, int latent, WeightType type, int elements, int stride)
    {
        var layout = SlotLayout.Of(blocks, latent, type);
        Assert.Equal(elements, layout.Elements);
        Assert.Equal(stride, layout.Stride);
        Assert.Equal(layout, SlotLayout.Of(blocks, latent, WeightType.Float32).As(type));
    }
}
