using System.CommandLine;
using CtrRuntime.Cli.Verbs;

namespace CtrRuntime.Cli;

/// <summary>Parses a command line, runs its verb and turns whatever goes wrong into one line and an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Commands that work as they stand, in an empty folder.</summary>
    private const string FirstSession = """
        A first session:
          ctr synth --train-out train.ffm --validation-out validation.ffm --test-out test.ffm
          ctr train --kind ffm --data train.ffm --format libffm --validation validation.ffm --model model.ctr
          ctr evaluate --model model.ctr --data test.ffm --format libffm
          ctr score --model model.ctr --data test.ffm --format libffm --output scores.txt
        """;

    /// <summary>Runs <paramref name="args"/>; answers an <see cref="ExitCode"/>.</summary>
    public static int Run(string[] args, CommandStreams streams, CancellationToken cancellation)
    {
        var root = Root(streams, cancellation);
        var parsed = root.Parse(args);
        try
        {
            if (parsed.Errors.Count > 0) return Refuse(parsed, streams);
            // Exceptions come out here instead of being printed with their stack.
            int code = parsed.Invoke(new InvocationConfiguration
            {
                Output = streams.Results,
                Error = streams.Error,
                EnableDefaultExceptionHandler = false,
            });
            streams.Flush();
            return code;
        }
        catch (OperationCanceledException)
        {
            return Fail(streams, "interrupted", ExitCode.Interrupted);
        }
        catch (CtrException exception)
        {
            return Fail(streams, exception.Message, exception.Status == CtrStatus.InvalidArgument ? ExitCode.Usage : ExitCode.Error);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Fail(streams, exception.Message, ExitCode.Error);
        }
    }

    private static RootCommand Root(CommandStreams streams, CancellationToken cancellation) =>
        new($"Click-through-rate models: trains LR, POLY2, MF, FM and FFM, and scores with them.\n\n{FirstSession}")
        {
            TrainCommand.Create(streams, cancellation),
            ScoreCommand.Create(streams, cancellation),
            EvaluateCommand.Create(streams, cancellation),
            RankCommand.Create(streams, cancellation),
            InspectCommand.Create(streams),
            VerifyCommand.Create(streams),
            QuantizeCommand.Create(streams, cancellation),
            SynthCommand.Create(streams, cancellation),
        };

    private static int Refuse(ParseResult parsed, CommandStreams streams)
    {
        if (parsed.CommandResult.Command is RootCommand root)
        {
            string problem = parsed.UnmatchedTokens.Count > 0 ? $"'{parsed.UnmatchedTokens[0]}' is not a verb" : "a verb is missing";
            return Fail(streams, $"{problem}; the verbs are {string.Join(", ", root.Subcommands.Select(verb => verb.Name))} (see: ctr --help)", ExitCode.Usage);
        }

        return Fail(streams, $"{parsed.Errors[0].Message.TrimEnd('.')} (see: ctr {parsed.CommandResult.Command.Name} --help)", ExitCode.Usage);
    }

    private static int Fail(CommandStreams streams, string message, int code)
    {
        streams.Error.WriteLine($"ctr: {message.ReplaceLineEndings(" ")}");
        streams.Error.Flush();
        return code;
    }
}
