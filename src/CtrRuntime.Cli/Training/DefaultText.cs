using System.Globalization;
using CtrRuntime.Kernels;
using CtrRuntime.Trainer;
using CtrRuntime.Trainer.Learners;

namespace CtrRuntime.Cli.Training;

/// <summary>The defaults of training in words, taken from where training takes them.</summary>
internal static class DefaultText
{
    /// <summary>Rules that depend on the number of fields are shown for this many.</summary>
    private const int ExampleFields = 10;

    /// <summary>What a kind has by default, for each kind that has it: "mf 8, fm 8, ffm 4", or one number if all have the same.</summary>
    public static string PerKind(Func<TrainingOptions, double?> option)
    {
        (string Kind, double? Value)[] defaults = [.. LearnerKinds.All.Select(learner => (learner.Name, option(Options(learner))))];
        return defaults.All(d => d.Value == defaults[0].Value) ? Text(defaults[0].Value!.Value) : string.Join(", ", Each(defaults));
    }

    /// <summary>The same for what is computed from the fields of a row.</summary>
    public static string PerKindAndFields(Func<TrainingOptions, double?> option)
    {
        (string Kind, double? Value)[] defaults = [.. LearnerKinds.All.Select(learner => (learner.Name, option(Options(learner))))];
        return $"a rule of the fields in a row, for {ExampleFields} fields {string.Join(", ", Each(defaults))}";
    }

    private static IEnumerable<string> Each(IEnumerable<(string Kind, double? Value)> defaults) =>
        defaults.Where(d => d.Value > 0).Select(d => $"{d.Kind} {Text(d.Value!.Value)}");

    private static string Text(double value) => value.ToString("G3", CultureInfo.InvariantCulture);

    private static TrainingOptions Options(LearnerKind learner)
    {
        double fields = ModelKinds.Find(learner.Name)!.ExactFields ?? ExampleFields;
        return TrainingPlan.Of(new TrainingOptions { Kind = learner.Name, Data = "", Format = "libffm", ModelPath = "" }).OptionsFor(fields * (fields - 1) / 2);
    }
}
