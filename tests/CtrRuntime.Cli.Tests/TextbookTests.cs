using System.Globalization;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Cli.Tests;

/// <summary>
/// Simpson's paradox: video B has the higher click rate for men and for women, and the lower one in total, as women click more and
/// mostly saw A. A model of the video alone prefers A; a model of pairs must not. The same data and options as the demo's.
/// </summary>
public sealed class TextbookTests : IDisposable
{
    private const string Counts = "gender,video,clicks,impressions\nmale,A,8,530\nmale,B,51,1520\nfemale,A,201,2510\nfemale,B,92,1010\n";

    private static readonly double[] Rates = [8 / 530.0, 51 / 1520.0, 201 / 2510.0, 92 / 1010.0];

    private readonly TemporaryDirectory _directory = new();

    [Fact]
    public void A_linear_model_of_the_video_alone_ranks_A_first()
    {
        double[] scores = Scores("lr", "--ignore", "gender");
        Assert.True(scores[0] > scores[1]);
        Assert.Equal(scores[0], scores[2]);
        Assert.Equal((8 + 201) / (530 + 2510.0), scores[0], .002);
        Assert.Equal((51 + 92) / (1520 + 1010.0), scores[1], .002);
    }

    [Theory]
    [InlineData("poly2", "--pair-bits", "10")]
    [InlineData("fm")]
    [InlineData("ffm")]
    public void A_model_of_pairs_ranks_B_first_for_both_and_reproduces_the_rates(string kind, params string[] more)
    {
        double[] scores = Scores(kind, more);
        Assert.True(scores[1] > scores[0]);
        Assert.True(scores[3] > scores[2]);
        for (int row = 0; row < Rates.Length; row++) Assert.Equal(Rates[row], scores[row], .002);
    }

    public void Dispose() => _directory.Dispose();

    private double[] Scores(string kind, params string[] more)
    {
        string data = _directory.File("videos.csv"), model = _directory.File("model.ctr");
        File.WriteAllText(data, Counts);
        Ctr.Succeed(
        [
            "train", "--kind", kind, "--data", data, "--format", "csv", "--clicks", "clicks", "--impressions", "impressions", "--model", model,
            "--epochs", "5000", "--learning-rate", "0.1", "--l2", "0", "--linear-l2", "0", .. more,
        ]);
        var result = Ctr.Succeed("score", "--model", model, "--data", data, "--format", "csv");
        return [.. result.Lines.Select(line => double.Parse(line, CultureInfo.InvariantCulture))];
    }
}
