using System.Runtime.InteropServices;

namespace CtrRuntime.Kernels;

/// <summary>A feature of a row after its key has been found in the model: what a kernel reads. 16 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Feature
{
    /// <summary>The model's row for the feature.</summary>
    public uint Slot;

    /// <summary>The feature's field.</summary>
    public uint Field;

    /// <summary>The feature's value, 1 for a category.</summary>
    public float Value;

    /// <summary>Where the feature stands in the caller's row, so that its key can be found again.</summary>
    public uint Position;
}
