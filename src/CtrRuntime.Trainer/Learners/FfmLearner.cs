using System.Runtime.Intrinsics;
using CtrRuntime.Kernels;
using CtrRuntime.Kernels.Blocks;
using CtrRuntime.Trainer.Data;
using CtrRuntime.Trainer.Learners.Blocks;
using CtrRuntime.Trainer.Synthetic;

namespace CtrRuntime.Trainer.Learners;

/// <summary>
/// Field-aware factorization machine (Juan et al., RecSys 2016). With the field sums T[f][g] = Σ_{i in f} x_i v_{i,g} over the fields of a row,
/// pairs = ½ Σ_i x_i Σ_g &lt;v_{i,g}, T[g][f_i] − [g = f_i] x_i v_{i,g}&gt; and ∂logit/∂v_{i,g} = x_i (T[g][f_i] − [g = f_i] x_i v_{i,g}), T taken from
/// the weights before the step. Every latent vector is stepped once per example, which with one feature a field is libffm's update.
/// <para>
/// Rows with at most one feature a field go in blocks (<see cref="FieldBlocks"/>, <see cref="FieldSteps"/>), in which no sum is stored. For the others,
/// T is stored by the second field, U[f][g] = T[g][f], so that all g of a feature lie side by side, in the order of its own latent vectors:
/// logit and step are then plain passes over contiguous floats. Fields that a row lacks are left out of U; what is left of the slot's
/// vectors are runs of neighbouring fields, usually one.
/// </para>
/// A slot of the training table is F·kA latent weights, then their accumulators, each rounded up to 64 bytes.
/// Cost for n features in P fields: n·P vectors moved into U, 2·n·P·kA floats stepped.
/// </summary>
internal sealed unsafe class FfmLearner : Learner
{
    private readonly NativeTable _table;
    private readonly NativeTable _sums;
    private readonly NativeTable _own;
    private readonly int _fields;
    private readonly int _padded;
    private readonly int _squares;
    private readonly float _rate;
    private readonly float _l2;
    private readonly bool[] _ownTrained;
    private readonly bool _prefetch;

    /// <summary>For each feature of the row in hand, the position of its field among those of the row.</summary>
    private readonly int[] _positions;

    /// <summary>For each field of the row, whether it has one feature only.</summary>
    private readonly bool[] _single;
    private readonly Run[] _runs;
    private int _present;
    private int _runCount;

    /// <summary>The blocks for the latent length; null if there are none.</summary>
    private readonly FieldBlocks? _blocks;
    private readonly FieldSteps _steps;
    private readonly RowByField _byField;
    private readonly bool _anyOwnTrained;

    /// <summary>Whether the row in hand is computed in blocks.</summary>
    private bool _inBlocks;

    /// <summary>Draws the latent vectors that training rows will touch; all others are zero and stay it.</summary>
    public FfmLearner(LearnerSetup setup)
        : base(setup)
    {
        _rate = (float)setup.PairRate;
        _l2 = (float)setup.PairL2;
        _fields = setup.Fields;
        _padded = (setup.Latent + 3) & ~3;
        _squares = ((_fields * _padded) + 15) & ~15;
        _table = new(SlotCount, (nuint)(2 * _squares));
        _prefetch = _table.ExceedsCache;
        _own = new(2, (nuint)_padded);
        _positions = new int[setup.Rows.LongestRow];
        int mostFields = Math.Min(_fields, setup.Rows.LongestRow);
        _single = new bool[mostFields];
        _runs = new Run[mostFields];
        _sums = new((nuint)mostFields, (nuint)(((mostFields * _padded) + 15) & ~15));
        var partners = new FieldPartners(setup.Rows, SlotCount, _fields);
        _ownTrained = partners.OwnTrained;
        _anyOwnTrained = Array.IndexOf(_ownTrained, true) >= 0;
        KernelLevel level = KernelLevels.Resolve(KernelLevel.Best);
        _blocks = BlockShapes.Find(level, _padded, WeightType.Float32);
        _steps = StepShapes.Find(level, _padded);
        _byField = new(_table, _fields, _squares);

        StableRandom random = LatentStart.Random(setup.Seed);
        for (uint slot = 0; slot < SlotCount; slot++)
        {
            float* row = _table.Row(slot);
            new Span<float>(row + _squares, _squares).Fill(AdaGrad.Start);
            for (int field = 0; field < _fields; field++)
                if (partners.Meets(slot, field)) LatentStart.Draw(random, row + (field * _padded), setup.Latent, setup.InitialDeviation);
        }
    }

    /// <inheritdoc/>
    protected override double Pairs(in Row row)
    {
        _inBlocks = _blocks != null && !(_anyOwnTrained && HasRepeats(row)) && _byField.Take(row);
        if (_inBlocks) return _blocks!.Pairs(_byField.Slots, _byField.Values, _fields);
        FindFields(row);
        for (int i = 0; i < row.Count; i++) AddToSums(row, i);
        for (int p = 0; p < _present; p++)
            if (_single[p]) new Span<float>(_sums.Row((nuint)p) + (p * _padded), _padded).Clear();

        Vector256<float> pairs = default;
        double own = 0;
        for (int i = 0; i < row.Count; i++)
        {
            int p = _positions[i];
            float x = row.Values[i];
            float* v = _table.Row(row.Slots[i]);
            float* sums = _sums.Row((nuint)p);
            for (int r = 0; r < _runCount; r++)
            {
                Run run = _runs[r];
                pairs += x * Products(v + (run.Field * _padded), sums + (run.Position * _padded), run.Length * _padded);
            }

            if (_single[p]) continue;
            float* vector = v + (row.Fields[i] * _padded);
            own += (double)x * x * Vector256.Sum(Products(vector, vector, _padded));
        }

        return (Vector256.Sum(pairs) - own) / 2;
    }

    /// <inheritdoc/>
    protected override void StepPairs(in Row row, in Row next, float gradient)
    {
        if (_inBlocks)
        {
            StepBlocks(row, next, gradient);
            return;
        }

        for (int i = 0; i < row.Count; i++)
        {
            if (_prefetch && i < next.Count) NativeTable.Prefetch(_table.Row(next.Slots[i]), 2 * _squares);
            int p = _positions[i];
            float* v = _table.Row(row.Slots[i]);
            float* sums = _sums.Row((nuint)p);
            float scale = gradient * row.Values[i];
            float ridge = _l2 * row.Weight * Cell(row.Slots[i])->InverseCount;

            // The vector for the feature's own field has another gradient, or none if there is no other feature in it: it is kept
            // from the pass over all vectors. Where it is never trained it is zero, and so is what that pass does to it.
            float* own = v + (row.Fields[i] * _padded);
            bool keep = _ownTrained[row.Fields[i]];
            if (keep)
            {
                Copy(own, _own.Row(0));
                Copy(own + _squares, _own.Row(1));
            }

            for (int r = 0; r < _runCount; r++)
            {
                Run run = _runs[r];
                float* w = v + (run.Field * _padded);
                AdaGrad.Step(w, w + _squares, sums + (run.Position * _padded), run.Length * _padded, scale, ridge, _rate);
            }

            if (keep)
            {
                Copy(_own.Row(0), own);
                Copy(_own.Row(1), own + _squares);
                if (!_single[p])
                    AdaGrad.Step(own, own + _squares, sums + (p * _padded), _padded, scale, ridge - (scale * row.Values[i]), _rate);
            }
        }
    }

    /// <inheritdoc/>
    protected override void AverageSlot(uint slot, float* model, float share)
    {
        float* v = _table.Row(slot);
        for (int d = 0; d < _fields * _padded; d++) Approach(model + d, v[d], share);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _table.Dispose();
        _sums.Dispose();
        _own.Dispose();
        _byField.Dispose();
    }

    // Whether a slot occurs twice. Then, and only then, some feature has a trained vector for its own field: that of the other occurrence.
    private bool HasRepeats(in Row row)
    {
        for (int i = 0; i + 1 < row.Count; i++)
            if (_ownTrained[row.Fields[i]] && new Span<uint>(row.Slots + i + 1, row.Count - i - 1).Contains(row.Slots[i])) return true;
        return false;
    }

    private void StepBlocks(in Row row, in Row next, float gradient)
    {
        StepRow step = _byField.Step(_prefetch ? next : default, _squares, _rate);
        float ridge = _l2 * row.Weight;
        for (int i = 0; i < row.Count; i++)
        {
            int field = row.Fields[i];
            step.Scales[field] = gradient * row.Values[i];
            step.Ridges[field] = ridge * Cell(row.Slots[i])->InverseCount;
        }

        _steps.Step(step);
    }

    // Σ a b over a multiple of 4 elements, spread over the lanes.
    private static Vector256<float> Products(float* a, float* b, int count)
    {
        int i = 0;
        Vector256<float> sum = default;
        for (; i + 8 <= count; i += 8) sum += Vector256.Load(a + i) * Vector256.Load(b + i);
        if (i < count) sum += (Vector128.Load(a + i) * Vector128.Load(b + i)).ToVector256();
        return sum;
    }

    private void Copy(float* from, float* to) => new Span<float>(from, _padded).CopyTo(new Span<float>(to, _padded));

    // Positions, singles and runs of the fields of a row, whose features are sorted by field.
    private void FindFields(in Row row)
    {
        _present = 0;
        _runCount = 0;
        int last = -2;
        for (int i = 0; i < row.Count; i++)
        {
            int field = row.Fields[i];
            if (field == last)
            {
                _single[_present - 1] = false;
            }
            else
            {
                if (field == last + 1) _runs[_runCount - 1].Length++;
                else _runs[_runCount++] = new() { Field = field, Position = _present, Length = 1 };
                _single[_present++] = true;
                last = field;
            }

            _positions[i] = _present - 1;
        }
    }

    // Adds x v_{i,g} to U[g][f_i] for all fields g of the row; the first feature of a field stores it.
    private void AddToSums(in Row row, int i)
    {
        int p = _positions[i];
        bool first = i == 0 || _positions[i - 1] != p;
        Vector128<float> x = Vector128.Create(row.Values[i]);
        float* v = _table.Row(row.Slots[i]);
        for (int d = 0; d < _padded; d += 4)
        {
            for (int r = 0; r < _runCount; r++)
            {
                Run run = _runs[r];
                float* from = v + (run.Field * _padded) + d;
                float* to = _sums.Row((nuint)run.Position) + (p * _padded) + d;
                float* end = from + (run.Length * _padded);
                if (first) MoveScaled(from, end, to, x);
                else AddScaled(from, end, to, x);
            }
        }
    }

    // The two loops over a column of U: every kA-th vector of a slot, every row of U.
    private void MoveScaled(float* from, float* end, float* to, Vector128<float> x)
    {
        nuint stride = _sums.Stride;
        int step = _padded;
        for (; from < end; from += step, to += stride) (x * Vector128.Load(from)).Store(to);
    }

    private void AddScaled(float* from, float* end, float* to, Vector128<float> x)
    {
        nuint stride = _sums.Stride;
        int step = _padded;
        for (; from < end; from += step, to += stride) (Vector128.Load(to) + (x * Vector128.Load(from))).Store(to);
    }

    /// <summary>Neighbouring fields that a row has all of.</summary>
    private struct Run
    {
        /// <summary>The first of them.</summary>
        public int Field;

        /// <summary>Its position among the fields of the row.</summary>
        public int Position;

        /// <summary>How many.</summary>
        public int Length;
    }
}
