using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Data;
using CtrRuntime.Trainer.Learners;

namespace CtrRuntime.Trainer.Tests.Learners;

/// <summary>
/// All numbers of a learner in double, with the logit written down as the definition has it (a loop over pairs) and its
/// gradient taken by finite differences: nothing in common with the learners but the layout of slots.
/// </summary>
internal sealed unsafe class ReferenceLearner
{
    private readonly ModelKind _kind;
    private readonly SlotLayout _layout;
    private readonly int _pairBits;

    /// <summary>Copies the weights of a learner.</summary>
    public ReferenceLearner(ModelKind kind, Learner learner, LearnerSetup setup)
    {
        _kind = kind;
        _layout = SlotLayout.Of(kind.LatentBlocks(setup.Fields), setup.Latent, WeightType.Float32);
        _pairBits = setup.PairBits;
        using var buffer = new WeightBuffer((uint)setup.Counts.Length, _layout, kind.HasPairTable ? setup.PairBits : -1);
        learner.AverageInto(buffer, 1);
        WeightTable table = buffer.Table(0);
        Slots = [.. new ReadOnlySpan<float>(table.Slots, (int)buffer.SlotBytes / sizeof(float)).ToArray().Select(w => (double)w)];
        Pairs = [.. new ReadOnlySpan<float>(table.Pairs, (int)buffer.PairBytes / sizeof(float)).ToArray().Select(w => (double)w)];
        Linear = [.. new ReadOnlySpan<float>(buffer.Linear, setup.Counts.Length).ToArray().Select(w => (double)w)];
        Bias = [learner.Bias];
    }

    /// <summary>Slots in the serving layout.</summary>
    public double[] Slots { get; }

    /// <summary>The linear weight of each slot.</summary>
    public double[] Linear { get; }

    /// <summary>The pair table.</summary>
    public double[] Pairs { get; }

    /// <summary>The bias.</summary>
    public double[] Bias { get; }

    private int Stride => _layout.Stride / sizeof(float);

    /// <summary>Σ_{i&lt;j} and the linear terms, as DESIGN writes them.</summary>
    public double Logit(in Row row)
    {
        double logit = Bias[0];
        for (int i = 0; i < row.Count; i++)
        {
            logit += Linear[row.Slots[i]] * row.Values[i];
            for (int j = i + 1; j < row.Count; j++)
            {
                double product = (double)row.Values[i] * row.Values[j];
                if (_kind.HasPairTable) logit += product * Pairs[(int)PairHash.Entry(row.Keys[i], row.Keys[j], _pairBits)];
                for (int d = 0; d < _layout.PaddedLatent; d++) logit += product * Slots[Latent(row, i, j) + d] * Slots[Latent(row, j, i) + d];
            }
        }

        return logit;
    }

    /// <summary>The parameters that take part in the logit of a row, in <paramref name="ofSlots"/> or else in the pair table, each with its feature count n.</summary>
    public IEnumerable<(double[] Of, int Index, double Count, bool Linear)> Touched(uint[] slots, ushort[] fields, ulong[] keys, double[] counts, Dictionary<int, double> pairCounts)
    {
        var touched = new Dictionary<(double[] Of, int Index), (double[] Of, int Index, double Count, bool Linear)>();
        for (int i = 0; i < slots.Length; i++)
        {
            touched[(Linear, (int)slots[i])] = (Linear, (int)slots[i], counts[slots[i]], true);
            for (int j = 0; j < slots.Length; j++)
            {
                if (i == j) continue;
                if (_kind.HasPairTable)
                {
                    int entry = (int)PairHash.Entry(keys[i], keys[j], _pairBits);
                    touched[(Pairs, entry)] = (Pairs, entry, pairCounts[entry], false);
                }

                int block = ((int)slots[i] * Stride) + (_kind.UsesFields ? fields[j] * _layout.PaddedLatent : 0);
                for (int d = 0; d < _layout.PaddedLatent; d++) touched[(Slots, block + d)] = (Slots, block + d, counts[slots[i]], false);
            }
        }

        return touched.Values;
    }

    /// <summary>∂logit/∂parameter. The logit is a polynomial of degree at most 2 in each parameter, for which the central difference is exact.</summary>
    public double Slope(double[] of, int index, in Row row)
    {
        const double Step = 0.5;
        double kept = of[index];
        of[index] = kept + Step;
        double above = Logit(row);
        of[index] = kept - Step;
        double below = Logit(row);
        of[index] = kept;
        return (above - below) / (2 * Step);
    }

    private int Latent(in Row row, int i, int j) =>
        ((int)row.Slots[i] * Stride) + (_kind.UsesFields ? row.Fields[j] * _layout.PaddedLatent : 0);
}
