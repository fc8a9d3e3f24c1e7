using System.Runtime.InteropServices;

namespace CtrRuntime.Kernels;

/// <summary>The features of one field of a row: what the pair loops of a field-aware kernel read of rows that are not the usual ones. 32 bytes.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct FieldRow
{
    /// <summary>Bytes of a field row.</summary>
    public const int Bytes = 32;

    /// <summary>The slot of the first feature.</summary>
    public byte* Row;

    /// <summary>All features of the field, the first included.</summary>
    public Feature* Features;

    /// <summary>Number of features.</summary>
    public int Count;

    /// <summary>The field.</summary>
    public uint Field;

    /// <summary>The value of the first feature; 0 in place of a field that the row does not have.</summary>
    public float Value;
}
