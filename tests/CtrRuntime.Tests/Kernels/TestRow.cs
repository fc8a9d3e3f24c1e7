using CtrRuntime.Kernels;

namespace CtrRuntime.Tests.Kernels;

/// <summary>A row ready for a kernel: features sorted by field, and the keys their positions point to.</summary>
internal sealed unsafe class TestRow
{
    private TestRow(Feature[] features, ulong[] keys)
    {
        Features = features;
        Keys = keys;
    }

    public Feature[] Features { get; }

    public ulong[] Keys { get; }

    /// <summary>A row with one feature for each of <paramref name="fields"/>, sorted here by field.</summary>
    public static TestRow Of(Random random, int slots, IEnumerable<int> fields, Func<Random, float> value)
    {
        int[] order = [.. fields];
        var features = new Feature[order.Length];
        var keys = new ulong[order.Length];
        for (int i = 0; i < order.Length; i++)
        {
            features[i] = new()
            {
                Slot = (uint)random.Next(slots), Field = (uint)order[i], Value = value(random), Position = (uint)i,
            };
            keys[i] = (ulong)random.NextInt64();
        }

        fixed (Feature* pointer = features) FeatureOrder.SortByField(pointer, features.Length);
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
