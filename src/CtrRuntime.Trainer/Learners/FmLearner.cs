using System.Runtime.Intrinsics;
using CtrRuntime.Trainer.Data;
using CtrRuntime.Trainer.Synthetic;

namespace CtrRuntime.Trainer.Learners;

/// <summary>
/// Factorization machine (Rendle, ICDM 2010), and matrix factorization, which is one of two fields:
/// pairs = ½(‖S‖² − Σ x²‖v‖²) with S = Σ x v, ∂logit/∂v_i = x_i (S − x_i v_i). S is taken from the weights before the step.
/// A slot of the training table is kA latent weights, then their accumulators. Cost: O(n k).
/// </summary>
internal sealed unsafe class FmLearner : Learner
{
    private readonly NativeTable _table;
    private readonly NativeTable _sum;
    private readonly int _padded;
    private readonly float _rate;
    private readonly float _l2;

    /// <summary>Draws the latent vectors of all slots that occur.</summary>
    public FmLearner(LearnerSetup setup)
        : base(setup)
    {
        _rate = (float)setup.PairRate;
        _l2 = (float)setup.PairL2;
        _padded = (setup.Latent + 3) & ~3;
        _table = new(SlotCount, (nuint)(2 * _padded));
        _sum = new(1, (nuint)_padded);
        StableRandom random = LatentStart.Random(setup.Seed);
        for (uint slot = 0; slot < SlotCount; slot++)
        {
            float* row = _table.Row(slot);
            new Span<float>(row + _padded, _padded).Fill(AdaGrad.Start);
            if (setup.Counts[slot] > 0) LatentStart.Draw(random, row, setup.Latent, setup.InitialDeviation);
        }
    }

    /// <inheritdoc/>
    protected override double Pairs(in Row row)
    {
        double pairs = 0;
        int d = 0;
        if (Vector512.IsHardwareAccelerated)
            for (; d + Vector512<float>.Count <= _padded; d += Vector512<float>.Count) pairs += Pairs512(row, d);
        if (Vector256.IsHardwareAccelerated)
            for (; d + Vector256<float>.Count <= _padded; d += Vector256<float>.Count) pairs += Pairs256(row, d);
        for (; d < _padded; d += Vector128<float>.Count) pairs += Pairs128(row, d);
        return pairs / 2;
    }

    /// <inheritdoc/>
    protected override void StepPairs(in Row row, in Row next, float gradient)
    {
        if (_table.ExceedsCache)
            for (int i = 0; i < next.Count; i++) NativeTable.Prefetch(_table.Row(next.Slots[i]), 2 * _padded);
        float* sum = _sum.Row(0);
        float ridge = _l2 * row.Weight;
        for (int i = 0; i < row.Count; i++)
        {
            // κ x (S − x v) + λ v = (κ x) S + (λ − κ x²) v.
            float* v = _table.Row(row.Slots[i]);
            float scale = gradient * row.Values[i];
            float own = (ridge * Cell(row.Slots[i])->InverseCount) - (scale * row.Values[i]);
            AdaGrad.Step(v, v + _padded, sum, _padded, scale, own, _rate);
        }
    }

    /// <inheritdoc/>
    protected override void AverageSlot(uint slot, float* model, float share)
    {
        float* v = _table.Row(slot);
        for (int d = 0; d < _padded; d++) Approach(model + d, v[d], share);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _table.Dispose();
        _sum.Dispose();
    }

    // ‖S‖² − Σ x²‖v‖² over as many latent elements from d on as a register has, and S.
    private double Pairs512(in Row row, int d)
    {
        Vector512<float> total = default, squares = default;
        for (int i = 0; i < row.Count; i++)
        {
            Vector512<float> scaled = row.Values[i] * Vector512.Load(_table.Row(row.Slots[i]) + d);
            total += scaled;
            squares += scaled * scaled;
        }

        total.Store(_sum.Row(0) + d);
        return Vector512.Sum((total * total) - squares);
    }

    private double Pairs256(in Row row, int d)
    {
        Vector256<float> total = default, squares = default;
        for (int i = 0; i < row.Count; i++)
        {
            Vector256<float> scaled = row.Values[i] * Vector256.Load(_table.Row(row.Slots[i]) + d);
            total += scaled;
            squares += scaled * scaled;
        }

        total.Store(_sum.Row(0) + d);
        return Vector256.Sum((total * total) - squares);
    }

    private double Pairs128(in Row row, int d)
    {
        Vector128<float> total = default, squares = default;
        for (int i = 0; i < row.Count; i++)
        {
            Vector128<float> scaled = row.Values[i] * Vector128.Load(_table.Row(row.Slots[i]) + d);
            total += scaled;
            squares += scaled * scaled;
        }

        total.Store(_sum.Row(0) + d);
        return Vector128.Sum((total * total) - squares);
    }
}
