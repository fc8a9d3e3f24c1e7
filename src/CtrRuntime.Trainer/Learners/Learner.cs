using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Learners;

/// <summary>
/// Weights in training, and one AdaGrad step on one example at a time. For an example of weight ω and loss slope κ = ∂loss/∂logit,
/// a parameter p that takes part in the logit steps on g = ω (κ ∂logit/∂p + λ p / n): n is the weighted number of times that its
/// feature occurs in training, so that one epoch applies the whole ridge λ p²/2 once, whatever the frequency. The bias has no ridge.
/// This class has the bias and the linear terms that every kind has; a derived one the pairs.
/// </summary>
internal abstract unsafe class Learner : IDisposable
{
    private readonly NativeTable _cells;
    private readonly LossFunction _loss;
    private readonly float _linearRate;
    private readonly float _linearL2;
    private double _biasSquares = AdaGrad.Start;

    /// <summary>Linear weights 0, the bias at the best constant.</summary>
    protected Learner(LearnerSetup setup)
    {
        _loss = setup.Loss;
        _linearRate = (float)setup.LinearRate;
        _linearL2 = (float)setup.LinearL2;
        SlotCount = (uint)setup.Counts.Length;
        Bias = setup.Loss.BestConstant(setup.Rows.MeanLabel);
        _cells = new(SlotCount, (nuint)(sizeof(LinearCell) / sizeof(float)));
        for (uint slot = 0; slot < SlotCount; slot++)
        {
            double count = setup.Counts[slot];
            *Cell(slot) = new() { Squares = AdaGrad.Start, InverseCount = count > 0 ? (float)(1 / count) : 0 };
        }
    }

    /// <summary>The bias b.</summary>
    public double Bias { get; private set; }

    /// <summary>Number of slots.</summary>
    protected uint SlotCount { get; }

    /// <summary>The logit of a row by the weights as they are.</summary>
    public double Logit(in Row row)
    {
        // Two sums, so that an addition need not wait for the one before it.
        double even = Bias, odd = 0;
        int i = 0;
        for (; i + 1 < row.Count; i += 2)
        {
            even += Cell(row.Slots[i])->Weight * row.Values[i];
            odd += Cell(row.Slots[i + 1])->Weight * row.Values[i + 1];
        }

        if (i < row.Count) even += Cell(row.Slots[i])->Weight * row.Values[i];
        return even + odd + Pairs(row);
    }

    /// <summary>Takes one step on a row and answers its loss before the step, weight included.</summary>
    /// <param name="row">The row.</param>
    /// <param name="next">The row that is stepped on next, whose weights are fetched meanwhile; default when there is none.</param>
    public double Step(in Row row, in Row next)
    {
        double loss = row.Weight * _loss.Evaluate(Logit(row), row.Label, out double slope);
        slope *= row.Weight;
        float gradient = (float)slope;
        if (_cells.ExceedsCache) AskForCells(next);
        StepPairs(row, next, gradient);

        _biasSquares += slope * slope;
        Bias -= _linearRate * slope / Math.Sqrt(_biasSquares);
        StepCells(row, gradient);
        return loss;
    }

    /// <summary>Moves a model in the serving layout towards these weights: m ← m + share · (w − m), for all but the bias.</summary>
    public void AverageInto(WeightBuffer model, float share)
    {
        Kernels.WeightTable table = model.Table(0);
        for (uint slot = 0; slot < SlotCount; slot++)
        {
            Approach(model.Linear + slot, Cell(slot)->Weight, share);
            AverageSlot(slot, (float*)table.Row(slot), share);
        }

        AveragePairTable((float*)table.Pairs, share);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Frees the native memory.</summary>
    protected virtual void Dispose(bool disposing) => _cells.Dispose();

    /// <summary>The linear term of a slot.</summary>
    protected LinearCell* Cell(uint slot) => (LinearCell*)_cells.Row(slot);

    /// <summary>Asks for the linear terms of a row.</summary>
    protected void AskForCells(in Row row)
    {
        for (int i = 0; i < row.Count; i++) NativeTable.Prefetch((float*)Cell(row.Slots[i]), 1);
    }

    // The linear terms of a row. Four cells at a time, unless two of them are the same, whose steps must follow each other.
    private void StepCells(in Row row, float gradient)
    {
        float ridge = _linearL2 * row.Weight;
        int i = 0;
        if (Sse.IsSupported)
        {
            Vector128<float> rates = Vector128.Create(_linearRate);
            for (; i + 4 <= row.Count; i += 4)
            {
                Vector128<uint> slots = Vector128.Load(row.Slots + i);
                if (Vector128.EqualsAny(slots, Vector128.Shuffle(slots, Vector128.Create(1u, 2, 3, 0))) || Vector128.EqualsAny(slots, Vector128.Shuffle(slots, Vector128.Create(2u, 3, 0, 1))))
                {
                    for (int j = i; j < i + 4; j++) StepCell(row, j, gradient, ridge);
                    continue;
                }

                LinearCell* a = Cell(row.Slots[i]), b = Cell(row.Slots[i + 1]), c = Cell(row.Slots[i + 2]), d = Cell(row.Slots[i + 3]);
                Vector128<float> cellA = Vector128.Load((float*)a), cellB = Vector128.Load((float*)b), cellC = Vector128.Load((float*)c), cellD = Vector128.Load((float*)d);
                Vector128<float> ab = Sse.UnpackLow(cellA, cellB), cd = Sse.UnpackLow(cellC, cellD);
                Vector128<float> w = Sse.MoveLowToHigh(ab, cd), squares = Sse.MoveHighToLow(cd, ab);
                Vector128<float> inverseCounts = Sse.MoveLowToHigh(Sse.UnpackHigh(cellA, cellB), Sse.UnpackHigh(cellC, cellD));
                Vector128<float> g = (gradient * Vector128.Load(row.Values + i)) + (ridge * inverseCounts * w);
                squares += g * g;
                w -= rates * g * AdaGrad.InverseRoot(squares);
                ab = Sse.UnpackLow(w, squares);
                cd = Sse.UnpackHigh(w, squares);
                Sse.StoreLow((float*)a, ab);
                Sse.StoreHigh((float*)b, ab);
                Sse.StoreLow((float*)c, cd);
                Sse.StoreHigh((float*)d, cd);
            }
        }

        for (; i < row.Count; i++) StepCell(row, i, gradient, ridge);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void StepCell(in Row row, int i, float gradient, float ridge)
    {
        LinearCell* cell = Cell(row.Slots[i]);
        float g = (gradient * row.Values[i]) + (ridge * cell->InverseCount * cell->Weight);
        AdaGrad.Step(ref cell->Weight, ref cell->Squares, g, _linearRate);
    }

    /// <summary>The pair sum of a row; <see cref="StepPairs"/> follows for the same row and may use what this has left in scratch space.</summary>
    protected abstract double Pairs(in Row row);

    /// <summary>Steps the parameters of the pairs of the row that <see cref="Pairs"/> has just seen.</summary>
    /// <param name="row">The row.</param>
    /// <param name="next">The row after it.</param>
    /// <param name="gradient">ω κ.</param>
    protected abstract void StepPairs(in Row row, in Row next, float gradient);

    /// <summary><see cref="AverageInto"/> for the latent vectors of a slot, which start at <paramref name="model"/>.</summary>
    protected virtual void AverageSlot(uint slot, float* model, float share)
    {
    }

    /// <summary><see cref="AverageInto"/> for the pair table, null for kinds without one.</summary>
    protected virtual void AveragePairTable(float* model, float share)
    {
    }

    /// <summary>m ← m + share · (w − m), exactly w for a share of 1.</summary>
    protected static void Approach(float* model, float weight, float share) => *model = share == 1 ? weight : *model + (share * (weight - *model));
}
