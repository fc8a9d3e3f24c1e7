using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Rows in CSR form.</summary>
internal sealed record Batch(ulong[] Offsets, uint[]? Fields, ulong[] Keys, float[]? Values)
{
    /// <summary>Number of rows.</summary>
    public int Rows => Offsets.Length - 1;

    /// <summary>One row.</summary>
    public static Batch Row(params (uint Field, ulong Key, float Value)[] features) => new(
        [0, (ulong)features.Length],
        [.. features.Select(f => f.Field)],
        [.. features.Select(f => f.Key)],
        [.. features.Select(f => f.Value)]);

    /// <summary>Rows of 0 to <paramref name="longest"/> features in any field order, some unknown, some with real values.</summary>
    public static Batch Random(int seed, TestModels.Shape shape, int fields, int rows, int longest)
    {
        var random = new Random(seed);
        var offsets = new ulong[rows + 1];
        for (int r = 0; r < rows; r++) offsets[r + 1] = offsets[r] + (ulong)random.Next(longest + 1);
        int count = (int)offsets[rows];
        var batch = new Batch(offsets, new uint[count], new ulong[count], new float[count]);
        for (int i = 0; i < count; i++)
        {
            // A tenth of the slots asked for is not there.
            int slot = random.Next(shape.Slots + (shape.Slots / 10));
            batch.Fields![i] = (uint)random.Next(fields);
            batch.Keys[i] = shape.Index == IndexKind.Exact ? TestModels.KeyOf(slot) : (ulong)slot;
            batch.Values![i] = random.Next(2) == 0 ? 1 : (float)((random.NextDouble() * 2) - 1);
        }

        return batch;
    }

    /// <summary>What the managed runtime makes of the rows.</summary>
    public float[] ScoreBy(CtrModel model, bool logits = false, uint[]? unknown = null)
    {
        var scores = new float[Rows];
        model.Score(Offsets, Fields, Keys, Values, scores, logits, unknown);
        return scores;
    }
}
