using System.Globalization;
using System.Text.Json;

namespace CtrRuntime.Cli.Tests;

public sealed class RankTests(ModelFixture files) : IClassFixture<ModelFixture>
{
    private const string Context = "0:2:1 1:40:0.5 3:42:1";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Prints_the_best_candidates_of_the_library_to_the_bit(bool logits)
    {
        (string path, string[] lines) = Candidates();
        string[] printed = Ctr.Succeed([.. Arguments(path, "--top", "7"), .. logits ? ["--logit"] : Array.Empty<string>()]).Lines;
        using CtrModel model = CtrModel.Open(files.Model);
        CtrContext context = model.Prepare([0, 1, 3], [2, 40, 42], [1, .5f, 1]);
        ulong[] keys = [.. lines.Select(line => ulong.Parse(line.Split(':')[1], CultureInfo.InvariantCulture))];
        ulong[] indices = new ulong[7];
        float[] scores = new float[7];
        Assert.Equal(7, model.RankTop(context, [.. Enumerable.Range(0, 31).Select(r => (ulong)r)], [.. Enumerable.Repeat(4u, 30)], keys, [], indices, scores, logits));
        Assert.Equal(Enumerable.Range(0, 7).Select(i => string.Create(CultureInfo.InvariantCulture, $"{indices[i]}\t{scores[i]:R}")), printed);
    }

    [Fact]
    public void Scores_are_those_of_the_whole_rows_and_all_are_printed_unless_fewer_are_wanted()
    {
        (string path, string[] lines) = Candidates();
        string whole = files.Write("whole.ffm", string.Concat(lines.Select(line => $"{Context} {line}\n")));
        double[] scores = [.. Ctr.Succeed("score", "--model", files.Model, "--data", whole, "--format", "libffm").Lines.Select(Number)];
        string[][] printed = [.. Ctr.Succeed(Arguments(path)).Lines.Select(line => line.Split('\t'))];
        Assert.Equal(Enumerable.Range(0, 30), printed.Select(line => int.Parse(line[0], CultureInfo.InvariantCulture)).Order());
        Assert.All(printed, line => Assert.Equal(scores[int.Parse(line[0], CultureInfo.InvariantCulture)], Number(line[1]), 1e-6));
        double[] ranked = [.. printed.Select(line => Number(line[1]))];
        Assert.Equal(ranked.OrderDescending(), ranked);
    }

    [Fact]
    public void Prints_JSON()
    {
        (string path, _) = Candidates();
        using var json = JsonDocument.Parse(Ctr.Succeed(Arguments(path, "--top", "3", "--json")).Output);
        string[] lines = Ctr.Succeed(Arguments(path, "--top", "3")).Lines;
        Assert.Equal(lines, json.RootElement.GetProperty("candidates").EnumerateArray().Select(c =>
            string.Create(CultureInfo.InvariantCulture, $"{c.GetProperty("candidate").GetUInt64()}\t{c.GetProperty("score").GetSingle():R}")));
    }

    [Fact]
    public void An_empty_context_leaves_everything_to_the_candidates_and_no_candidates_are_fine()
    {
        string row = files.Write("one.ffm", Context + "\n");
        string expected = Ctr.Succeed("score", "--model", files.Model, "--data", row, "--format", "libffm").Lines[0];
        string[] args = ["rank", "--model", files.Model, "--context", "", "--candidates", row, "--format", "libffm"];
        Assert.Equal(Number(expected), Number(Assert.Single(Ctr.Succeed(args).Lines).Split('\t')[1]), 1e-6);
        Assert.Equal("", Ctr.Succeed(Arguments(files.Write("none.ffm", ""))).Output);
    }

    [Fact]
    public void Named_columns_are_given_as_name_and_value_and_must_be_on_one_side()
    {
        string train = files.Write("train.csv", "label,age,city,ad\n" + string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 2},{20 + i},\"{(i % 3 == 0 ? "Oslo, N" : "Bonn")}\",{"abc"[i % 3]}\n")));
        string model = files.Path("columns.ctr");
        Ctr.Succeed("train", "--kind", "ffm", "--data", train, "--format", "csv", "--numeric", "age", "--model", model);
        string ads = files.Write("ads.csv", "ad,note\na,x\nb,y\n,z\n");
        string whole = files.Write("whole.csv", "age,city,ad\n39,\"Oslo, N\",a\n39,\"Oslo, N\",b\n39,\"Oslo, N\",\n");
        double[] expected = [.. Ctr.Succeed("score", "--model", model, "--data", whole, "--format", "csv").Lines.Select(Number)];
        string[][] printed = [.. Ctr.Succeed(Rank("age=39,\"city=Oslo, N\"", ads)).Lines.Select(line => line.Split('\t'))];
        Assert.Equal(3, printed.Length);
        Assert.All(printed, line => Assert.Equal(expected[int.Parse(line[0], CultureInfo.InvariantCulture)], Number(line[1]), 1e-6));

        Assert.Contains("the field 'city' has no column, and is not in the context", Ctr.Fail(ExitCode.Error, Rank("age=39", ads)));
        Assert.Contains("column 'ad' is in the context, too", Ctr.Fail(ExitCode.Error, Rank("age=39,city=Bonn,ad=a", ads)));
        Assert.Contains("the model has no field 'town'", Ctr.Fail(ExitCode.Usage, Rank("age=39,town=Bonn", ads)));
        Assert.Contains("'age' is not name=value", Ctr.Fail(ExitCode.Usage, Rank("age,city=Bonn", ads)));
        Assert.Contains("'age' occurs twice", Ctr.Fail(ExitCode.Usage, Rank("age=39,age=40,city=Bonn", ads)));
        Assert.Contains("'age=old' is not a number that fits", Ctr.Fail(ExitCode.Usage, Rank("age=old,city=Bonn", ads)));
        Assert.Contains("a context is one line", Ctr.Fail(ExitCode.Usage, Rank("age=39,city=Bonn\nage=39", ads)));

        string[] Rank(string context, string candidates) => ["rank", "--model", model, "--context", context, "--candidates", candidates, "--format", "csv"];
    }

    [Fact]
    public void What_is_refused_names_the_side_that_it_is_on()
    {
        (string path, _) = Candidates();
        string[] args = Arguments(path);
        args[4] = "0:2:1 9:40:1";
        Assert.Contains("--context: row 0, feature 1: field 9 of 5", Ctr.Fail(ExitCode.Error, args));
        args[4] = Context + "\n" + Context;
        Assert.Contains("a context is one line", Ctr.Fail(ExitCode.Usage, args));
        string wrong = files.Write("wrong.ffm", "4:1:1\n9:1:1\n");
        Assert.Contains($"{wrong}: row 1, feature 0: field 9 of 5", Ctr.Fail(ExitCode.Error, Arguments(wrong)));
        Assert.Contains("--top", Ctr.Fail(ExitCode.Usage, Arguments(path, "--top", "0")));
    }

    private (string Path, string[] Lines) Candidates()
    {
        string[] lines = [.. Enumerable.Range(0, 30).Select(i => $"4:{2 * (i % 20)}:1")];
        return (files.Write("candidates.ffm", string.Join('\n', lines) + "\n"), lines);
    }

    private string[] Arguments(string candidates, params string[] more) =>
        ["rank", "--model", files.Model, "--context", Context, "--candidates", candidates, "--format", "libffm", .. more];

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
