using System.Globalization;
using System.Numerics;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Benchmarks;

/// <summary>Which model to make: the arguments of the program.</summary>
internal sealed record ModelRequest
{
    /// <summary>The arguments, for the message when one is wrong.</summary>
    private const string Usage =
        "--kind lr|poly2|mf|fm|ffm --latent K --type f32|bf16|int8 --slots N --index exact|direct|hashed --fields F --pair-bits P --seed S --output FILE";

    public required ModelKind Kind { get; init; }

    public required int Latent { get; init; }

    public required WeightType Type { get; init; }

    public required uint Slots { get; init; }

    public required IndexKind Index { get; init; }

    public required int Fields { get; init; }

    public required int PairBits { get; init; }

    public required ulong Seed { get; init; }

    public required string Output { get; init; }

    /// <summary>Reads the arguments, all of which must be there.</summary>
    /// <exception cref="ArgumentException">One is missing or makes no sense.</exception>
    public static ModelRequest Parse(string[] arguments)
    {
        var values = new Dictionary<string, string>();
        for (int i = 0; i + 1 < arguments.Length; i += 2) values[arguments[i]] = arguments[i + 1];
        string Text(string name) => values.TryGetValue(name, out string? value) ? value : throw Wrong(name);
        T Number<T>(string name)
            where T : INumberBase<T> =>
            T.TryParse(Text(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out T? value) ? value : throw Wrong(name);

        return new()
        {
            Kind = ModelKinds.Find(Text("--kind")) ?? throw Wrong("--kind"),
            Latent = Number<int>("--latent"),
            Type = WeightTypes.All.Cast<WeightType?>().FirstOrDefault(type => type!.Value.Name() == Text("--type")) ?? throw Wrong("--type"),
            Slots = Number<uint>("--slots"),
            Index = Enum.TryParse(Text("--index"), ignoreCase: true, out IndexKind index) ? index : throw Wrong("--index"),
            Fields = Number<int>("--fields"),
            PairBits = Number<int>("--pair-bits"),
            Seed = Number<ulong>("--seed"),
            Output = Text("--output"),
        };
    }

    private static ArgumentException Wrong(string name) => new($"{name} is missing or wrong; usage: {Usage}");
}
