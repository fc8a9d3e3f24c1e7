using CtrRuntime.Input;

namespace CtrRuntime.Cli.Scoring;

/// <summary>Opens the input of a model that is to be scored or evaluated.</summary>
internal static class ModelInput
{
    /// <summary>Opens <paramref name="path"/>, or standard input for <c>-</c>, after checking that the model's keys can come from such text.</summary>
    public static ExampleReader Open(CtrModel model, string path, InputFormat format, ExampleMode mode, CommandStreams streams)
    {
        bool columns = InputFormats.Delimiter(format) is not null;
        if (model.Info.Keys == KeyKind.Text && !columns)
        {
            throw new CtrException(
                CtrStatus.Data,
                $"{path}: the model was trained from named columns, so it cannot read {InputFormats.Name(format)}; give it csv or tsv");
        }

        if (model.Info.Keys == KeyKind.Id && columns)
        {
            throw new CtrException(
                CtrStatus.Data,
                $"{path}: the model was trained from integer ids, so it cannot read {InputFormats.Name(format)}; give it libffm or libsvm");
        }

        return ExampleReaders.Open(path, format, model.Schema, mode, streams.Input);
    }

    /// <summary>How long it took, and how many features of the input the model knew, in words, on standard error.</summary>
    public static void Report(BatchPipeline pipeline, double seconds, CommandStreams streams)
    {
        double share = pipeline.Features == 0 ? 0 : (double)pipeline.Unknown / pipeline.Features;
        // The fastest batch says what scoring costs without reading and printing; of few batches all are slow, as their code is being compiled.
        string alone = pipeline.Rows >= 8 * RowBuffer.MaxRows ? $", scoring alone {pipeline.BestNanoseconds:0} ns per row" : "";
        streams.Error.WriteLine(
            $"ctr: {pipeline.Rows} rows in {seconds:0.00} s{alone}; {pipeline.Unknown} of {pipeline.Features} features ({share:0.00%}) are unknown to the model");
        WarnIfForeign(pipeline.Unknown, pipeline.Features, streams);
    }

    /// <summary>Warns on standard error when most features of the input are unknown to the model.</summary>
    public static void WarnIfForeign(long unknown, long features, CommandStreams streams)
    {
        if (2 * unknown > features)
            streams.Error.WriteLine("ctr: warning: the model does not know most of these features; is it the model of this data, in this format?");
    }
}
