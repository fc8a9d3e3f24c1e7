namespace CtrRuntime.Tests.Kernels;

/// <summary>A feature of a row, its slot by number.</summary>
internal readonly record struct TestFeature(uint Slot, uint Field, float Value, uint Position);

/// <summary>A row of features, and the keys their positions point to.</summary>
internal sealed class TestRow
{
    private TestRow(TestFeature[] features, ulong[] keys)
    {
        Features = features;
        Keys = keys;
    }

    public TestFeature[] Features { get; }

    public ulong[] Keys { get; }

    /// <summary>A row with one feature for each of <paramref name="fields"/>, in that order.</summary>
    public static TestRow Of(Random random, int slots, IEnumerable<int> fields, Func<Random, float> value)
    {
        int[] order = [.. fields];
        var features = new TestFeature[order.Length];
        var keys = new ulong[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            features[i] = new((uint)random.Next(slots), (uint)order[i], value(random), (uint)i);
            keys[i] = (ulong)random.NextInt64();
        }

        return new(features, keys);
    }

    /// <summary>The fields of a row of <paramref name="length"/> features: one each, or any with repetitions and gaps.</summary>
    public static IEnumerable<int> SomeFields(Random random, int fields, int length, bool onePerField)
    {
        if (!onePerField) return Enumerable.Range(0, length).Select(_ => random.Next(fields));
        int[] all = [.. Enumerable.Range(0, fields)];
        random.Shuffle(all);
        return all.Take(length);
    }
}
