using System.CommandLine;
using System.Globalization;
using CtrRuntime.Cli.Output;
using CtrRuntime.Cli.Scoring;
using CtrRuntime.Input;

namespace CtrRuntime.Cli.Verbs;

/// <summary><c>ctr rank</c>: the best of many candidates for one context, best first, each with its number in the input, from 0.</summary>
internal static class RankCommand
{
    /// <summary>The verb.</summary>
    public static Command Create(CommandStreams streams, CancellationToken cancellation)
    {
        var model = SharedOptions.Model();
        var context = OptionFactory.Text(
            "--context", "ROW", "What all candidates share: a line of libffm or libsvm; for csv and tsv cells of name=value, such as age=39,city=Oslo.", required: true);
        var candidates = OptionFactory.Text(
            "--candidates", "FILE", "Rows of what each candidate adds, labels ignored; columns of the context left out; plain or gzip, - for standard input.", required: true);
        var format = SharedOptions.Format();
        var top = OptionFactory.Integer("--top", "How many are printed (all).", 1);
        var logit = OptionFactory.Flag("--logit", "Logits instead of probabilities.");
        var level = SharedOptions.Level();
        var json = SharedOptions.Json();
        var command = new Command("rank", "Ranks candidates for one context: number and score of the best, best first, counted from 0.")
        {
            model, context, candidates, format, top, logit, level, json,
        };
        command.SetAction(parsed =>
        {
            using var opened = CtrModel.Open(parsed.GetRequiredValue(model), SharedOptions.OpenWith(parsed.GetValue(level)));
            string source = parsed.GetRequiredValue(candidates);
            InputFormat how = SharedOptions.FormatOf(parsed.GetValue(format));
            CandidateRows shared = RankingInput.ReadContext(opened, parsed.GetRequiredValue(context), how, out HashSet<uint> given);
            CandidateRows rows = RankingInput.ReadCandidates(opened, source, how, given, streams, cancellation);
            int count = Math.Min(parsed.GetValue(top) ?? int.MaxValue, rows.Rows);
            var indices = new ulong[count];
            var scores = new float[count];
            if (count > 0) Rank(opened, source, shared, rows, indices, scores, parsed.GetValue(logit));
            if (parsed.GetValue(json)) WriteJson(streams, indices, scores);
            else WriteLines(streams, indices, scores);
            return ExitCode.Ok;
        });
        return command;
    }

    private static void Rank(CtrModel model, string source, CandidateRows context, CandidateRows rows, ulong[] indices, float[] scores, bool logits)
    {
        CtrContext prepared = Named("--context", () => model.Prepare(context.Fields, context.Keys, context.Values));
        Named(source, () => model.RankTop(prepared, rows.Offsets, rows.Fields, rows.Keys, rows.Values, indices, scores, logits));
    }

    /// <summary>A refused row is one of an input, so the message starts with that.</summary>
    private static T Named<T>(string source, Func<T> call)
    {
        try
        {
            return call();
        }
        catch (CtrException e)
        {
            throw new CtrException(CtrStatus.Data, $"{source}: {e.Message}", e);
        }
    }

    private static void WriteLines(CommandStreams streams, ulong[] indices, float[] scores)
    {
        for (int i = 0; i < indices.Length; i++)
            streams.Results.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{indices[i]}\t{scores[i]:R}"));
    }

    private static void WriteJson(CommandStreams streams, ulong[] indices, float[] scores) => JsonResult.Write(streams.Output, json =>
    {
        json.WriteStartArray("candidates");
        for (int i = 0; i < indices.Length; i++)
        {
            json.WriteStartObject();
            json.WriteNumber("candidate", indices[i]);
            json.WriteNumber("score", scores[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
