using CtrRuntime.Cli.Output;
using CtrRuntime.Trainer;

namespace CtrRuntime.Cli.Training;

/// <summary>Sentences that both displays use.</summary>
internal static class ProgressText
{
    /// <summary>What was read.</summary>
    public static string Data(DataSummary data)
    {
        string validation = data.ValidationRows > 0
            ? $"; {data.ValidationRows} validation rows, mean label {data.ValidationBaseRate:0.0000}"
            : "";
        return $"{data.Rows} rows of {data.MeanFeatures:0.#} features, mean label {data.BaseRate:0.0000}{validation}; " +
            $"{data.Fields} fields, {data.Features} features, {Numbers.Large(data.Parameters)} parameters; read in {data.Seconds:0.0} s";
    }
}
