using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Tests.Scoring;

/// <summary>Ranking by the C# API: arguments, long rows, and the logits unrounded.</summary>
public sealed class CtrModelRankTests
{
    private static readonly TestModels.Shape Shape = new("ffm");

    public static TheoryData<string> Kinds => TestModels.Kinds;

    [Fact]
    public void Arguments_that_contradict_each_other_are_refused()
    {
        using CtrModel model = CtrModel.Open(TestModels.Bytes(Shape));
        CtrContext context = model.Prepare([0, 1], [2, 4], []);
        float[] scores = [77, 77];
        ulong[] indices = [77, 77];
        Assert.Throws<ArgumentException>(() => model.Prepare([0], [2, 4], []));
        Assert.Throws<ArgumentException>(() => model.Prepare([0, 1], [2, 4], [1]));
        Assert.Throws<ArgumentException>(() => model.Rank(context, [0, 1], [2], [6], [], scores));
        Assert.Throws<ArgumentException>(() => model.Rank(context, [0, 1, 2], [2], [6], [], scores));
        Assert.Throws<ArgumentException>(() => model.Rank(context, [0, 1, 2], [2, 3], [6, 8], [], scores, unknown: new uint[1]));
        Assert.Throws<ArgumentException>(() => model.RankTop(context, [], [], [], [], indices, scores));
        Assert.Throws<ArgumentException>(() => model.RankTop(context, [0, 1], [2], [6], [], [], []));
        Assert.Throws<ArgumentException>(() => model.RankTop(context, [0, 1], [2], [6], [], indices, scores.AsSpan(1)));
        Assert.Throws<ArgumentNullException>(() => model.Rank(null!, [0, 1, 2], [2, 3], [6, 8], [], scores));
        Assert.Equal(CtrStatus.RowField, Assert.Throws<CtrException>(() => model.Prepare([5], [2], [])).Status);
        Assert.Equal(CtrStatus.RowField, Assert.Throws<CtrException>(() => model.Rank(context, [0, 1, 2], [2, 5], [6, 8], [], scores)).Status);
        using CtrModel twin = CtrModel.Open(TestModels.Bytes(Shape));
        Assert.Equal(CtrStatus.Context, Assert.Throws<CtrException>(() => twin.Rank(context, [0, 1, 2], [2, 3], [6, 8], [], scores)).Status);
        model.Dispose();
        Assert.Throws<ObjectDisposedException>(() => model.Prepare([0], [2], []));
        Assert.Throws<ObjectDisposedException>(() => model.RankTop(context, [0, 1], [2], [6], [], indices, scores));
        Assert.Equal([77, 77], scores);
        Assert.Equal([77ul, 77ul], indices);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Logits_are_within_the_budget_of_those_of_the_whole_row_however_long(string kind)
    {
        using CtrModel model = CtrModel.Open(TestModels.Bytes(Shape with { Kind = kind }));
        int fields = model.Info.FieldCount;
        var random = new Random(11);
        foreach (int length in (int[])[0, 1, 5, 60, 511, 512, 513, 900])
        {
            foreach (int shared in (int[])[0, length / 3, length])
            {
                uint[] rowFields = [.. Enumerable.Range(0, length).Select(_ => (uint)random.Next(fields))];
                ulong[] keys = [.. Enumerable.Range(0, length).Select(_ => TestModels.KeyOf(random.Next(110)))];
                float[] whole = new float[1], ranked = new float[1];
                if (length == 0) whole[0] = model.Info.Bias;
                else model.Score([0, (ulong)length], rowFields, keys, [], whole, logits: true);
                CtrContext context = model.Prepare(rowFields.AsSpan(0, shared), keys.AsSpan(0, shared), []);
                model.Rank(context, [0, (ulong)(length - shared)], rowFields.AsSpan(shared), keys.AsSpan(shared), [], ranked, logits: true);

                // No pair product is above 4 · 0.3².
                double magnitude = 1.5 + (0.3 * length) + (0.36 * length * (length - 1) / 2);
                Assert.InRange(Math.Abs(whole[0] - ranked[0]), 0, (2 * magnitude / (1 << 20)) + (Math.Abs(whole[0]) / (1 << 22)));
            }
        }
    }
}
