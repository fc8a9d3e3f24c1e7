using System.Runtime.InteropServices;

namespace CtrRuntime.Kernels;

/// <summary>A feature of a row after its key has been found in the model: what a kernel reads. 24 bytes.</summary>
[StructLayout(LayoutKind.Explicit, Size = Bytes)]
internal unsafe struct Feature
{
    /// <summary>Bytes of a feature.</summary>
    public const int Bytes = 24;

    /// <summary>The feature's slot in the table of weights.</summary>
    [FieldOffset(0)]
    public byte* Row;

    /// <summary>The feature's field.</summary>
    [FieldOffset(8)]
    public uint Field;

    /// <summary>The feature's linear weight.</summary>
    [FieldOffset(12)]
    public float Weight;

    /// <summary>The feature's value, 1 for a category.</summary>
    [FieldOffset(16)]
    public float Value;

    /// <summary>Where the feature stands in the caller's row, so that its key can be found again.</summary>
    [FieldOffset(20)]
    public uint Position;

    /// <summary>
    /// In place of value and position, once a kernel has multiplied the value by the scale of the slot: the product, exactly and within the
    /// range of a double.
    /// </summary>
    [FieldOffset(16)]
    public double ScaledValue;

    /// <summary>In place of the linear weight, once there is a <see cref="ScaledValue"/>: the float next to it.</summary>
    [FieldOffset(12)]
    public float RoundedValue;
}
