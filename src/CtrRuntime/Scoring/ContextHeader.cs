using System.Runtime.InteropServices;

namespace CtrRuntime.Scoring;

/// <summary>
/// What a prepared context starts with, in the caller's memory; what its kernel keeps follows. Whatever it is read from may be anything, so nothing here
/// is believed before it has been checked against the model.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = ContextHeader.Bytes)]
internal struct ContextHeader
{
    /// <summary>Size of the header: a cache line, so that what follows is aligned as the context is.</summary>
    public const int Bytes = 64;

    /// <summary>Alignment that a context needs.</summary>
    public const int Alignment = 8;

    /// <summary>"CTRCTX", a layout number, and a byte that no text has.</summary>
    public const ulong OurMagic = 0xC7_01_58_54_43_52_54_43;

    /// <summary><see cref="OurMagic"/>.</summary>
    public ulong Magic;

    /// <summary>Which open model it was prepared with: <see cref="RowScorer.Id"/>.</summary>
    public ulong Model;

    /// <summary>Bytes of the whole context.</summary>
    public ulong Size;

    /// <summary>The linear sum of its features.</summary>
    public double Linear;

    /// <summary>Their Σx².</summary>
    public double SumOfSquares;

    /// <summary>The sum over the pairs among them.</summary>
    public double Pairs;

    /// <summary>Number of its features.</summary>
    public uint Count;
}
