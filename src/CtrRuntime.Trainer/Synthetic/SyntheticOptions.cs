namespace CtrRuntime.Trainer.Synthetic;

/// <summary>The numbers of a synthetic click log; the defaults are the yardstick that results are quoted on.</summary>
internal sealed record SyntheticOptions
{
    /// <summary>Decides everything that is random.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Fields of a row; every row has one feature in each.</summary>
    public int Fields { get; init; } = 39;

    /// <summary>Values of the smallest field.</summary>
    public int MinimumValues { get; init; } = 10;

    /// <summary>Values of the largest field; the others are spaced geometrically.</summary>
    public int MaximumValues { get; init; } = 10_000;

    /// <summary>The i-th value of a field is drawn in proportion to i^−ZipfExponent.</summary>
    public double ZipfExponent { get; init; } = 1.1;

    /// <summary>Variance of the logit.</summary>
    public double Variance { get; init; } = 4;

    /// <summary>Share of the variance that single values carry.</summary>
    public double LinearShare { get; init; } = .5;

    /// <summary>Share of the variance that the pairs of the core fields carry; the other pairs carry the rest.</summary>
    public double CoreShare { get; init; } = .25;

    /// <summary>Fields whose pairs all interact, through one two-dimensional vector per value: what an FM can express.</summary>
    public int CoreFields { get; init; } = 9;

    /// <summary>Other field pairs that interact, each through a rank-2 table of its own: what needs fields.</summary>
    public int OtherPairs { get; init; } = 30;

    /// <summary>Share of positive examples.</summary>
    public double BaseRate { get; init; } = .2;

    /// <summary>Throws <see cref="CtrStatus.InvalidArgument"/> when no log can be made of these numbers.</summary>
    public void Check()
    {
        Require(Fields is >= 1 and <= 10_000, "fields must be between 1 and 10000");
        Require(MinimumValues >= 2, "a field needs at least 2 values");
        Require(MaximumValues >= MinimumValues, "the largest field must not have fewer values than the smallest");
        Require((long)MaximumValues * Fields <= 100_000_000, "fields times values must not exceed 100000000");
        Require(double.IsFinite(ZipfExponent) && ZipfExponent >= 0, "the Zipf exponent must be at least 0");
        Require(double.IsFinite(Variance) && Variance >= 0, "the variance must be at least 0");
        Require(LinearShare >= 0 && CoreShare >= 0 && LinearShare + CoreShare <= 1 + 1e-12, "shares must be at least 0 and sum to at most 1");
        Require(CoreFields >= 0 && CoreFields <= Fields, "core fields must not exceed the fields");
        Require(CoreShare == 0 || CoreFields >= 2, "a core needs at least 2 fields, or a share of 0");
        Require(OtherShare < 1e-12 || OtherPairs > 0, "a share for other pairs needs at least one such pair");
        Require(OtherPairs >= 0 && OtherPairs <= Pairs(Fields) - Pairs(CoreFields), "there are not that many field pairs outside the core");
        Require(BaseRate is > 0 and < 1, "the base rate must be between 0 and 1");
    }

    /// <summary>Share of the variance that the pairs outside the core carry.</summary>
    public double OtherShare => Math.Max(0, 1 - LinearShare - CoreShare);

    private static long Pairs(long fields) => fields * (fields - 1) / 2;

    private static void Require(bool holds, string what)
    {
        if (!holds) throw new CtrException(CtrStatus.InvalidArgument, what);
    }
}
