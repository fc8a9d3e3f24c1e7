using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime;

/// <summary>How to open a model.</summary>
public sealed record CtrOpenOptions
{
    /// <summary>How the file comes into memory. Ignored for models opened from memory.</summary>
    public OpenMode Mode { get; init; } = OpenMode.Map;

    /// <summary>
    /// Also verify the checksums of the index and the weights, which reads the whole file. Without it a damaged weight may give a wrong score,
    /// but never a read out of bounds.
    /// </summary>
    public bool VerifyAll { get; init; }

    /// <summary>The instruction set to score with; at one level every front end gives the same bits.</summary>
    public KernelLevel Level { get; init; } = KernelLevel.Best;

    /// <summary>For hosts whose managed heap is small: see <see cref="ModelFile.Parse"/>.</summary>
    internal Action<long>? Admit { get; init; }
}
