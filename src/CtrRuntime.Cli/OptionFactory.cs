using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace CtrRuntime.Cli;

/// <summary>Makes the options of all verbs, so that the same mistake has the same message everywhere.</summary>
internal static class OptionFactory
{
    /// <summary>A text, for example a path.</summary>
    public static Option<string> Text(string name, string helpName, string description, bool required = false) =>
        new(name) { HelpName = helpName, Description = description, Required = required };

    /// <summary>One of a list of words.</summary>
    public static Option<string> Word(string name, string description, IReadOnlyList<string> words, string? defaultWord = null, bool required = false)
    {
        var option = Text(name, string.Join('|', words), description, required);
        if (defaultWord is not null) option.DefaultValueFactory = _ => defaultWord;
        option.Validators.Add(result =>
        {
            string? word = result.Tokens.Count == 1 ? result.Tokens[0].Value : null;
            if (word is not null && !words.Contains(word)) result.AddError($"{name}: '{word}' is not one of {string.Join(", ", words)}");
        });
        return option;
    }

    /// <summary>Names separated by commas.</summary>
    public static Option<string[]> Names(string name, string description) => new(name)
    {
        HelpName = "a,b,…",
        Description = description,
        Arity = ArgumentArity.ExactlyOne,
        DefaultValueFactory = _ => [],
        CustomParser = result => result.Tokens[0].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
    };

    /// <summary>A whole number within bounds, or null when it is not given.</summary>
    public static Option<int?> Integer(string name, string description, int minimum, int maximum = int.MaxValue) =>
        Number<int?>(name, description, text =>
            int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value) && value >= minimum && value <= maximum
                ? value : null,
            maximum == int.MaxValue ? $"a whole number of at least {minimum}" : $"a whole number between {minimum} and {maximum}");

    /// <summary>A whole number from 0 to 2^64 − 1, or null when it is not given.</summary>
    public static Option<ulong?> Seed(string description) =>
        Number<ulong?>("--seed", description, text =>
            ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) ? value : null, "a whole number of at least 0");

    /// <summary>A finite number that is not below a minimum, or null when it is not given.</summary>
    public static Option<double?> Real(string name, string description, double minimum) =>
        Number<double?>(name, description, text =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && value >= minimum
                ? value : null,
            $"a number of at least {minimum.ToString(CultureInfo.InvariantCulture)}");

    /// <summary>A switch.</summary>
    public static Option<bool> Flag(string name, string description) => new(name) { Description = description };

    private static Option<T> Number<T>(string name, string description, Func<string, T?> parse, string wanted) => new(name)
    {
        HelpName = "N",
        Description = description,
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = result => Parse(result, name, parse, wanted),
    };

    private static T? Parse<T>(ArgumentResult result, string name, Func<string, T?> parse, string wanted)
    {
        string text = result.Tokens[0].Value;
        var value = parse(text);
        if (value is null) result.AddError($"{name}: '{text}' is not {wanted}");
        return value;
    }
}
