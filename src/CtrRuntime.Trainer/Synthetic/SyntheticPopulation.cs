namespace CtrRuntime.Trainer.Synthetic;

/// <summary>
/// What a synthetic log is drawn from: independent fields with Zipf frequencies and a logit
///     t = c + Σ_f w_f(v_f) + Σ_{f&lt;g in the core} ⟨u_f(v_f), u_g(v_g)⟩ + Σ_{other pairs} ⟨a(v_f), b(v_g)⟩, u, a and b two-dimensional.
/// All effects are drawn normal and centred under their field's frequencies, so that all terms are uncorrelated: the variance of
/// a sum is the sum of variances, no pair hides a linear effect, and each group is scaled to its share exactly.
/// </summary>
internal sealed class SyntheticPopulation
{
    private const int Rank = 2;
    private const int InterceptSample = 200_000;

    private readonly double[][] _frequencies;
    private readonly AliasTable[] _samplers;
    private readonly double[][] _linear;
    private readonly int[] _coreFields;
    private readonly double[][] _core;
    private readonly Pair[] _otherPairs;

    /// <summary>Draws the population of <paramref name="options"/>.</summary>
    public SyntheticPopulation(SyntheticOptions options)
    {
        options.Check();
        Options = options;
        var random = new StableRandom(options.Seed, 0);
        ValueCounts = DrawValueCounts(options, random);
        _frequencies = [.. ValueCounts.Select(count => Zipf(count, options.ZipfExponent))];
        _samplers = [.. _frequencies.Select(field => new AliasTable(field))];
        _coreFields = DrawFields(options.CoreFields, random);
        _linear = [.. _frequencies.Select(field => DrawCentred(field, 1, random))];
        _core = [.. _coreFields.Select(field => DrawCentred(_frequencies[field], Rank, random))];
        _otherPairs = DrawOtherPairs(options.OtherPairs, random);

        Scale(_linear, options.Variance * options.LinearShare, LinearVariance(), 1);
        // A core vector enters each of its pairs twice as a factor, hence the fourth root; of another pair only one side is scaled.
        Scale(_core, options.Variance * options.CoreShare, CoreVariance(), .5);
        Scale(_otherPairs.Select(pair => pair.Left), options.Variance * options.OtherShare, OtherVariance(), 1);
        Intercept = FindIntercept(options.BaseRate, new StableRandom(options.Seed, 1));
    }

    /// <summary>The numbers this population was drawn with.</summary>
    public SyntheticOptions Options { get; }

    /// <summary>Values of each field.</summary>
    public int[] ValueCounts { get; }

    /// <summary>The logit's constant, found so that the base rate comes out.</summary>
    public double Intercept { get; }

    /// <summary>Fields whose pairs all interact, ascending.</summary>
    public IReadOnlyList<int> CoreFields => _coreFields;

    /// <summary>The other interacting field pairs, ascending, with the variance each carries.</summary>
    public IEnumerable<(int First, int Second, double Variance)> OtherPairs =>
        _otherPairs.Select(pair => (pair.First, pair.Second, PairVariance(pair)));

    /// <summary>The variance that single values carry.</summary>
    public double LinearVariance() => _linear.Select((effects, field) => Moment(_frequencies[field], effects, 0, 0, 1)).Sum();

    /// <summary>The variance that the core's pairs carry.</summary>
    public double CoreVariance()
    {
        double sum = 0;
        for (int i = 0; i < _core.Length; i++)
            for (int j = i + 1; j < _core.Length; j++)
                sum += ProductVariance(_frequencies[_coreFields[i]], _core[i], _frequencies[_coreFields[j]], _core[j]);
        return sum;
    }

    /// <summary>The variance that the other pairs carry.</summary>
    public double OtherVariance() => _otherPairs.Sum(PairVariance);

    /// <summary>Draws a row: fills <paramref name="values"/> with one value per field and answers its logit.</summary>
    public double Sample(StableRandom random, Span<int> values)
    {
        double logit = Intercept;
        for (int field = 0; field < _samplers.Length; field++)
        {
            int value = _samplers[field].Sample(random);
            values[field] = value;
            logit += _linear[field][value];
        }

        // Σ_{i<j} <u_i, u_j> = ½(|Σ u|² − Σ |u|²)
        double x = 0, y = 0, squares = 0;
        for (int i = 0; i < _core.Length; i++)
        {
            int at = values[_coreFields[i]] * Rank;
            double u0 = _core[i][at], u1 = _core[i][at + 1];
            x += u0;
            y += u1;
            squares += (u0 * u0) + (u1 * u1);
        }

        logit += ((x * x) + (y * y) - squares) / 2;
        foreach (var pair in _otherPairs)
        {
            int left = values[pair.First] * Rank, right = values[pair.Second] * Rank;
            logit += (pair.Left[left] * pair.Right[right]) + (pair.Left[left + 1] * pair.Right[right + 1]);
        }

        return logit;
    }

    private static int[] DrawValueCounts(SyntheticOptions options, StableRandom random)
    {
        double ratio = (double)options.MaximumValues / options.MinimumValues;
        var counts = new int[options.Fields];
        for (int i = 0; i < counts.Length; i++)
        {
            double step = counts.Length == 1 ? 1 : (double)i / (counts.Length - 1);
            counts[i] = (int)Math.Round(options.MinimumValues * Math.Pow(ratio, step));
        }

        random.Shuffle(counts.AsSpan());
        return counts;
    }

    private static double[] Zipf(int count, double exponent)
    {
        var probabilities = new double[count];
        double sum = 0;
        for (int i = 0; i < count; i++) sum += probabilities[i] = Math.Pow(i + 1, -exponent);
        for (int i = 0; i < count; i++) probabilities[i] /= sum;
        return probabilities;
    }

    private int[] DrawFields(int count, StableRandom random)
    {
        int[] all = [.. Enumerable.Range(0, ValueCounts.Length)];
        random.Shuffle(all.AsSpan());
        return [.. all.Take(count).Order()];
    }

    private Pair[] DrawOtherPairs(int count, StableRandom random)
    {
        var candidates = new List<(int First, int Second)>();
        for (int first = 0; first < ValueCounts.Length; first++)
            for (int second = first + 1; second < ValueCounts.Length; second++)
                if (!_coreFields.Contains(first) || !_coreFields.Contains(second))
                    candidates.Add((first, second));
        var shuffled = candidates.ToArray();
        random.Shuffle(shuffled.AsSpan());
        return [.. shuffled.Take(count).Order().Select(pair => new Pair(
            pair.First,
            pair.Second,
            DrawCentred(_frequencies[pair.First], Rank, random),
            DrawCentred(_frequencies[pair.Second], Rank, random)))];
    }

    /// <summary>Normal vectors of <paramref name="rank"/> numbers per value, whose mean under the field's frequencies is zero.</summary>
    private static double[] DrawCentred(double[] frequencies, int rank, StableRandom random)
    {
        var effects = new double[frequencies.Length * rank];
        for (int i = 0; i < effects.Length; i++) effects[i] = random.NextNormal();
        for (int part = 0; part < rank; part++)
        {
            double mean = 0;
            for (int value = 0; value < frequencies.Length; value++) mean += frequencies[value] * effects[(value * rank) + part];
            for (int value = 0; value < frequencies.Length; value++) effects[(value * rank) + part] -= mean;
        }

        return effects;
    }

    private double PairVariance(Pair pair) =>
        ProductVariance(_frequencies[pair.First], pair.Left, _frequencies[pair.Second], pair.Right);

    /// <summary>E⟨a, b⟩² = Σ_{pq} E[a_p a_q] E[b_p b_q] of independent centred vectors.</summary>
    private static double ProductVariance(double[] leftFrequencies, double[] left, double[] rightFrequencies, double[] right)
    {
        double sum = 0;
        for (int p = 0; p < Rank; p++)
            for (int q = 0; q < Rank; q++)
                sum += Moment(leftFrequencies, left, p, q, Rank) * Moment(rightFrequencies, right, p, q, Rank);
        return sum;
    }

    private static double Moment(double[] frequencies, double[] effects, int p, int q, int rank)
    {
        double sum = 0;
        for (int value = 0; value < frequencies.Length; value++)
            sum += frequencies[value] * effects[(value * rank) + p] * effects[(value * rank) + q];
        return sum;
    }

    private static void Scale(IEnumerable<double[]> effects, double wanted, double present, double power)
    {
        double factor = present > 0 ? Math.Pow(Math.Sqrt(wanted / present), power) : 0;
        foreach (double[] group in effects)
            for (int i = 0; i < group.Length; i++)
                group[i] *= factor;
    }

    private double FindIntercept(double baseRate, StableRandom random)
    {
        var values = new int[ValueCounts.Length];
        var logits = new double[InterceptSample];
        for (int i = 0; i < logits.Length; i++) logits[i] = Sample(random, values);
        double low = -100, high = 100;
        while (high - low > 1e-9)
        {
            double middle = (low + high) / 2;
            double mean = 0;
            foreach (double logit in logits) mean += Sigmoid(logit + middle);
            if (mean / logits.Length < baseRate) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    /// <summary>1 / (1 + e^−t).</summary>
    public static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    private sealed record Pair(int First, int Second, double[] Left, double[] Right);
}
