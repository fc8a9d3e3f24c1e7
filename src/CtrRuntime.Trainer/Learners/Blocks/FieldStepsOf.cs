using System.Runtime.CompilerServices;
using CtrRuntime.Kernels;
using CtrRuntime.Kernels.Blocks;

namespace CtrRuntime.Trainer.Learners.Blocks;

/// <summary>What blocks of every size have in common: the step of a register of latent vectors.</summary>
internal abstract unsafe class FieldStepsOf<TRegister, TBits, TFloats, TTotal, TStep> : FieldSteps
    where TRegister : struct, IRegister<TBits, TFloats, TTotal>
    where TBits : unmanaged
    where TFloats : unmanaged
    where TTotal : unmanaged
    where TStep : struct, IStepRegister<TFloats>
{
    /// <summary>What the vectors of a block are stepped by beside their own feature: the values of the fields that they are for, and which of these there are.</summary>
    protected struct Lanes
    {
        /// <summary>The values, each in the lanes of its field's vector.</summary>
        public TFloats Values;

        /// <summary>1 or 0 likewise.</summary>
        public TFloats Present;

        /// <summary>Of <paramref name="count"/> fields from <paramref name="field"/> on.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes Of(in StepRow row, int field, int count) =>
            new() { Values = TRegister.Spread(row.Values + field, count), Present = TRegister.Spread(row.Present + field, count) };

        /// <summary>Without the field of number <paramref name="own"/>.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public readonly Lanes Without(int own, int count)
        {
            TFloats others = TRegister.Spread(OthersThan(own), count);
            return new() { Values = TRegister.Multiply(Values, others), Present = TRegister.Multiply(Present, others) };
        }
    }

    /// <summary>1 for all fields.</summary>
    protected static Lanes All
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new() { Values = TRegister.Broadcast(1), Present = TRegister.Broadcast(1) };
    }

    /// <summary>Asks for the weights and accumulators of a slot of the next row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Ask(in StepRow row, int field, nuint offset)
    {
        byte* at = row.Next[field] + offset;
        LineFetch.Ask(at);
        LineFetch.Ask(at + row.Squares);
    }

    /// <summary>Steps the vectors at <paramref name="at"/>, of field <paramref name="field"/>'s feature, whose partners are <paramref name="partners"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static void Step(in StepRow row, byte* at, int field, TBits vectors, TBits partners, bool hasLanes, in Lanes lanes)
    {
        TFloats w = TRegister.Floats(vectors), d = TRegister.Floats(partners), ridge = TRegister.Broadcast(row.Ridges[field]);
        if (hasLanes)
        {
            d = TRegister.Multiply(d, lanes.Values);
            ridge = TRegister.Multiply(ridge, lanes.Present);
        }

        TFloats g = TRegister.MultiplyAdd(ridge, w, TRegister.Multiply(TRegister.Broadcast(row.Scales[field]), d));
        TFloats squares = TRegister.MultiplyAdd(g, g, Unsafe.ReadUnaligned<TFloats>(at + row.Squares));
        Unsafe.WriteUnaligned(at + row.Squares, squares);
        TFloats step = TRegister.Multiply(g, TStep.InverseRoot(squares));
        Unsafe.WriteUnaligned(at, TRegister.MultiplyAdd(TRegister.Broadcast(row.NegativeRate), step, w));
    }
}
