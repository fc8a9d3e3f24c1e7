using System.Runtime.InteropServices;

namespace CtrRuntime.Kernels;

/// <summary>A feature of a row after its key has been found in the model: what a kernel reads. 16 bytes.</summary>
[StructLayout(LayoutKind.Explicit)]
internal struct Feature
{
    /// <summary>The model's row for the feature.</summary>
    [FieldOffset(0)]
    public uint Slot;

    /// <summary>The feature's field.</summary>
    [FieldOffset(4)]
    public uint Field;

    /// <summary>The feature's value, 1 for a category.</summary>
    [FieldOffset(8)]
    public float Value;

    /// <summary>Where the feature stands in the caller's row, so that its key can be found again.</summary>
    [FieldOffset(12)]
    public uint Position;

    /// <summary>
    /// In place of value and position once a kernel has multiplied the value by the scale of the slot: exactly, and within the range
    /// of a double.
    /// </summary>
    [FieldOffset(8)]
    public double ScaledValue;
}
