using System.Text;
using CtrRuntime.Input;

namespace CtrRuntime.Trainer.Tests;

/// <summary>
/// Simpson's paradox on aggregated counts: video B is clicked at the higher rate by men and by women, and at the lower one in total, because women,
/// who click more, were mostly shown A.
/// </summary>
public sealed class TextbookTests : IDisposable
{
    private const string Counts = """
        gender,video,clicks,impressions
        male,A,8,530
        male,B,51,1520
        female,A,201,2510
        female,B,92,1010

        """;

    private readonly TrainingRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    [Fact]
    public void The_video_alone_ranks_A_first()
    {
        Train("lr", "gender");
        Assert.True(Score(("video", "A")) > Score(("video", "B")));
        Assert.Equal(209.0 / 3040, Score(("video", "A")), 0.002);
        Assert.Equal(143.0 / 2530, Score(("video", "B")), 0.002);
    }

    [Theory]
    [InlineData("poly2")]
    [InlineData("fm")]
    [InlineData("ffm")]
    public void Gender_and_video_rank_B_first_and_give_all_four_rates(string kind)
    {
        Train(kind);
        (string Gender, string Video, double Rate)[] cells = [("male", "A", 8.0 / 530), ("male", "B", 51.0 / 1520), ("female", "A", 201.0 / 2510), ("female", "B", 92.0 / 1010)];
        foreach ((string gender, string video, double rate) in cells) Assert.Equal(rate, Score(("gender", gender), ("video", video)), 0.002);
        foreach (string gender in new[] { "male", "female" })
            Assert.True(Score(("gender", gender), ("video", "B")) > Score(("gender", gender), ("video", "A")));
    }

    private void Train(string kind, params string[] ignored) => TrainingRuns.Train(_runs.Options(kind, "csv", Counts) with
    {
        Clicks = "clicks",
        Impressions = "impressions",
        Ignored = ignored,
        Epochs = 5000,
        L2 = 0,
        LinearL2 = 0,
        LearningRate = 0.1,
        PairBits = 8,
    });

    private float Score(params (string Field, string Text)[] values)
    {
        using CtrModel model = CtrModel.Open(_runs.ModelPath);
        var fields = new uint[values.Length];
        var keys = new ulong[values.Length];
        for (int i = 0; i < values.Length; i++)
        {
            Assert.True(model.Encoder.TryFindField(Encoding.UTF8.GetBytes(values[i].Field), out fields[i]));
            Assert.Equal(EncodeResult.Feature, model.Encoder.EncodeText(fields[i], Encoding.UTF8.GetBytes(values[i].Text), out FeatureValue feature));
            keys[i] = feature.Key;
        }

        var score = new float[1];
        model.Score([0, (ulong)values.Length], fields, keys, [], score);
        return score[0];
    }
}
