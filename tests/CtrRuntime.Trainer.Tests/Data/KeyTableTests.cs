using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Tests.Data;

public sealed class KeyTableTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(39)]
    [InlineData(64)]
    [InlineData(1000)]
    [InlineData(5000)]
    public void Keys_are_numbered_as_a_dictionary_would(int batch)
    {
        var random = new Random(batch);
        var table = new KeyTable();
        var known = new Dictionary<ulong, uint>();
        var keys = new ulong[batch];
        var numbers = new uint[batch];
        for (int round = 0; round * batch < 40_000; round++)
        {
            for (int i = 0; i < batch; i++)
                keys[i] = random.Next(3) == 0 ? (ulong)random.NextInt64() : random.Next(2) == 0 ? (ulong)random.Next(3000) : ulong.MaxValue - (ulong)random.Next(3);
            table.Find(keys, numbers);
            Assert.Equal(keys.Select(key => known.GetValueOrDefault(key, KeyTable.Unknown)), numbers);
            table.Add(keys, numbers);
            foreach (ulong key in keys) known.TryAdd(key, (uint)known.Count);
            Assert.Equal(keys.Select(key => known[key]), numbers);
        }

        Assert.Equal((uint)known.Count, table.Count);
        Assert.All(known, pair => Assert.Equal(pair.Key, table.KeyOf(pair.Value)));
    }

    [Fact]
    public void An_empty_table_knows_no_key_not_even_zero()
    {
        var numbers = new uint[2];
        new KeyTable().Find([0, ulong.MaxValue], numbers);
        Assert.Equal([KeyTable.Unknown, KeyTable.Unknown], numbers);
    }
}
