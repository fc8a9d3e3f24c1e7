using System.Runtime.InteropServices;

namespace CtrRuntime.Kernels;

/// <summary>A feature of a field-aware context, its slot by number: a context outlives the addresses that a row is read by. 12 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ContextFeature
{
    /// <summary>The slot of a feature that the model does not know.</summary>
    public const uint Unknown = uint.MaxValue;

    /// <summary>The slot.</summary>
    public uint Slot;

    /// <summary>The field.</summary>
    public uint Field;

    /// <summary>The value.</summary>
    public float Value;
}
