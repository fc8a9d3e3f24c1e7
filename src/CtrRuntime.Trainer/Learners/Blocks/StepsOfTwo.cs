using CtrRuntime.Kernels.Blocks;

namespace CtrRuntime.Trainer.Learners.Blocks;

/// <summary>Two latent vectors to a register.</summary>
internal sealed unsafe class StepsOfTwo<TRegister, TBits, TFloats, TTotal, TStep> : FieldStepsOf<TRegister, TBits, TFloats, TTotal, TStep>
    where TRegister : struct, IRegister<TBits, TFloats, TTotal>
    where TBits : unmanaged
    where TFloats : unmanaged
    where TTotal : unmanaged
    where TStep : struct, IStepRegister<TFloats>
{
    private const int N = 2;

    /// <inheritdoc/>
    public override void Step(in StepRow row)
    {
        if (row.Values == null) Step<byte>(row);
        else Step<float>(row);
    }

    /// <summary>For rows with <see cref="StepRow.Values"/> (<typeparamref name="TValue"/> is float) or without (anything else).</summary>
    private static void Step<TValue>(in StepRow row)
    {
        bool hasLanes = typeof(TValue) == typeof(float);
        nuint own = 0;
        for (int i = 0; i < row.Fields; i += N, own += (nuint)TRegister.Size)
        {
            byte** rows = row.Slots + i;
            Lanes lanes = hasLanes ? Lanes.Of(row, i, N) : All;
            nuint other = 0;
            for (int j = 0; j < i; j += N, other += (nuint)TRegister.Size)
            {
                byte** others = row.Slots + j;
                if (row.Next != null)
                {
                    for (int n = 0; n < N; n++)
                    {
                        Ask(row, i + n, other);
                        Ask(row, j + n, own);
                    }
                }

                TBits a0 = TRegister.Load(rows[0] + other), a1 = TRegister.Load(rows[1] + other);
                TBits b0 = TRegister.Load(others[0] + own), b1 = TRegister.Load(others[1] + own);
                TBits ta0 = a0, ta1 = a1, tb0 = b0, tb1 = b1;
                TRegister.Transpose(ref ta0, ref ta1);
                TRegister.Transpose(ref tb0, ref tb1);
                Lanes otherLanes = hasLanes ? Lanes.Of(row, j, N) : default;
                Step(row, rows[0] + other, i, a0, tb0, hasLanes, otherLanes);
                Step(row, rows[1] + other, i + 1, a1, tb1, hasLanes, otherLanes);
                Step(row, others[0] + own, j, b0, ta0, hasLanes, lanes);
                Step(row, others[1] + own, j + 1, b1, ta1, hasLanes, lanes);
            }

            if (row.Next != null)
            {
                for (int n = 0; n < N; n++) Ask(row, i + n, own);
            }

            TBits d0 = TRegister.Load(rows[0] + own), d1 = TRegister.Load(rows[1] + own), t0 = d0, t1 = d1;
            TRegister.Transpose(ref t0, ref t1);
            Step(row, rows[0] + own, i, d0, t0, true, lanes.Without(0, N));
            Step(row, rows[1] + own, i + 1, d1, t1, true, lanes.Without(1, N));
        }
    }
}
