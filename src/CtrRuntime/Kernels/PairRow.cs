using System.Runtime.InteropServices;

namespace CtrRuntime.Kernels;

/// <summary>A row of POLY2 whose pairs are being hashed.</summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
internal unsafe struct PairRow
{
    /// <summary>The keys of the known features; <see cref="PairEntries.Padding"/> more may be read.</summary>
    public ulong* Keys;

    /// <summary>Their values, with room as the keys; null: all 1.</summary>
    public float* Values;

    /// <summary>Number of known features.</summary>
    public nuint Known;

    /// <summary>The entries of the first pairs.</summary>
    public uint* Entries;

    /// <summary>Number of these.</summary>
    public nuint Count;

    /// <summary>The first feature of the next pair to hash.</summary>
    public nuint I;

    /// <summary>The second feature of the next pair to hash; <see cref="Known"/> at the end.</summary>
    public nuint J;
}
