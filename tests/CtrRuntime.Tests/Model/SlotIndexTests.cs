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
        SlotEntry[] table = SlotIndexTable.Build(keys, out uint probes);
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
                Assert.Equal((uint)i, index.Find(keys[i]));
                Assert.Equal(SlotIndex.Unknown, index.Find(keys[i] + 1));
            }
        }
    }

    [Fact]
    public void A_key_that_occurs_twice_is_an_error() => Assert.Throws<ArgumentException>(() => SlotIndexTable.Build([5, 6, 5], out _));

    [Fact]
    public void Slots_are_whole_lines_or_a_power_of_two()
    {
        Assert.Equal(new SlotLayout(0, 0, 4), SlotLayout.Of(0, 0));
        Assert.Equal(new SlotLayout(4, 16, 32), SlotLayout.Of(1, 4));
        Assert.Equal(new SlotLayout(4, 16, 32), SlotLayout.Of(1, 1));
        Assert.Equal(new SlotLayout(8, 32, 64), SlotLayout.Of(1, 8));
        Assert.Equal(new SlotLayout(16, 64, 128), SlotLayout.Of(1, 16));
        Assert.Equal(new SlotLayout(4, 624, 640), SlotLayout.Of(39, 4));
    }
}
