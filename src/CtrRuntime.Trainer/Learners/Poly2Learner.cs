using CtrRuntime.Kernels;
using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Learners;

/// <summary>
/// POLY2: a weight for every pair of features in a table of 2^bits, where pairs of equal hash share one. ∂logit/∂w = x_i x_j; the
/// count n of a weight is the number of pairs that hit it in training. Weights start at 0. Cost: n(n−1)/2 hashes, twice, and as many
/// cache misses once the table is larger than the caches.
/// </summary>
internal sealed unsafe class Poly2Learner : Learner
{
    private readonly NativeTable _table;
    private readonly int _bits;
    private readonly float _rate;
    private readonly float _l2;

    /// <summary>Counts the pairs of all training rows.</summary>
    public Poly2Learner(LearnerSetup setup)
        : base(setup)
    {
        _bits = setup.PairBits;
        _rate = (float)setup.PairRate;
        _l2 = (float)setup.PairL2;
        nuint entries = (nuint)1 << _bits;
        _table = new(entries, (nuint)(sizeof(LinearCell) / sizeof(float)));
        for (uint r = 0; r < setup.Rows.Count; r++)
        {
            Row row = setup.Rows[r];
            for (int i = 0; i < row.Count; i++)
                for (int j = i + 1; j < row.Count; j++)
                    Entry(row, i, j)->InverseCount += row.Weight;
        }

        for (nuint entry = 0; entry < entries; entry++)
        {
            LinearCell* cell = (LinearCell*)_table.Row(entry);
            cell->Squares = AdaGrad.Start;
            if (cell->InverseCount > 0) cell->InverseCount = 1 / cell->InverseCount;
        }
    }

    /// <inheritdoc/>
    protected override double Pairs(in Row row)
    {
        double pairs = 0;
        for (int i = 0; i < row.Count; i++)
        {
            double sum = 0;
            for (int j = i + 1; j < row.Count; j++) sum += Entry(row, i, j)->Weight * row.Values[j];
            pairs += row.Values[i] * sum;
        }

        return pairs;
    }

    /// <inheritdoc/>
    protected override void StepPairs(in Row row, in Row next, float gradient)
    {
        float ridge = _l2 * row.Weight;
        for (int i = 0; i < row.Count; i++)
        {
            float scale = gradient * row.Values[i];
            for (int j = i + 1; j < row.Count; j++)
            {
                LinearCell* cell = Entry(row, i, j);
                float g = (scale * row.Values[j]) + (ridge * cell->InverseCount * cell->Weight);
                AdaGrad.Step(ref cell->Weight, ref cell->Squares, g, _rate);
            }
        }
    }

    /// <inheritdoc/>
    protected override void AveragePairTable(float* model, float share)
    {
        for (nuint entry = 0; entry < (nuint)1 << _bits; entry++)
            Approach(model + entry, ((LinearCell*)_table.Row(entry))->Weight, share);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _table.Dispose();
    }

    private LinearCell* Entry(in Row row, int i, int j) => (LinearCell*)_table.Row(PairHash.Entry(row.Keys[i], row.Keys[j], _bits));
}
