using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Blocks;

namespace CtrRuntime.Trainer.Learners.Blocks;

/// <summary>Latent vectors of one register or several: pairs of features, one after the other.</summary>
internal sealed unsafe class StepsOfOne<TRegister, TBits, TFloats, TTotal, TStep>(int latent) : FieldStepsOf<TRegister, TBits, TFloats, TTotal, TStep>
    where TRegister : struct, IRegister<TBits, TFloats, TTotal>
    where TBits : unmanaged
    where TFloats : unmanaged
    where TTotal : unmanaged
    where TStep : struct, IStepRegister<TFloats>
{
    /// <inheritdoc/>
    public override void Step(in StepRow row)
    {
        nuint vector = (nuint)latent * sizeof(float);
        bool hasLanes = row.Values != null;
        for (int i = 0; i < row.Fields; i++)
        {
            byte* first = row.Slots[i];
            Lanes lanes = hasLanes ? Both(row, i) : default;
            for (int j = 0; j < i; j++)
            {
                byte* a = first + ((nuint)j * vector), b = row.Slots[j] + ((nuint)i * vector);
                Lanes others = hasLanes ? Both(row, j) : default;
                for (nuint at = 0; at < vector; at += (nuint)TRegister.Size)
                {
                    TBits wa = TRegister.Load(a + at), wb = TRegister.Load(b + at);
                    Step(row, a + at, i, wa, wb, hasLanes, others);
                    Step(row, b + at, j, wb, wa, hasLanes, lanes);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes Both(in StepRow row, int field) =>
        new() { Values = TRegister.Broadcast(row.Values[field]), Present = TRegister.Broadcast(row.Present[field]) };
}
