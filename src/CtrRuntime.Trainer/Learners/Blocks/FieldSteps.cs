using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace CtrRuntime.Trainer.Learners.Blocks;

/// <summary>
/// An AdaGrad step on the latent vectors of a row with at most one feature a field, in blocks as the scoring kernel has them (<see cref="Kernels.FieldBlocks"/>): the
/// vectors of N features for N fields, and those of the other N features for the first N fields, are each other's gradients when one of the two is
/// transposed. So each vector is read and written once, and no gradient is stored. A feature's vector for its own field is left as it is, and so are
/// those for fields that the row lacks. No slot may occur twice in a row: one of its two steps would be lost.
/// </summary>
internal abstract unsafe class FieldSteps
{
    /// <summary>What the arrays of a <see cref="StepRow"/> are padded to.</summary>
    public const int Padding = Kernels.FieldBlocks.Fields;

    /// <summary>Steps the vectors of a row.</summary>
    public abstract void Step(in StepRow row);

    /// <summary>1 for the fields of a block beside number <paramref name="row"/>, 0 for that.</summary>
    protected static float* OthersThan(int row) => (float*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(Others)) + (4 * row);

    // Part of the assembly, and so never moved.
    private static ReadOnlySpan<float> Others => [0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 0];
}
