using System.Numerics;

namespace CtrRuntime.Kernels;

/// <summary>Vectorised searches of an array for numbers that may not be there.</summary>
internal static unsafe class FloatScan
{
    /// <summary>All bits of a float but its sign.</summary>
    public const uint Magnitude = 0x7FFFFFFF;

    /// <summary>The magnitude of an infinity; that of NaN is above it, that of a number below.</summary>
    public const uint Infinity = 0x7F800000;

    /// <summary>Whether no number is NaN or infinite.</summary>
    public static bool AllFinite(float* numbers, nuint count) => AllBelow((uint*)numbers, count, Magnitude, Infinity);

    /// <summary>Whether every number, masked, is below <paramref name="limit"/>.</summary>
    public static bool AllBelow(uint* numbers, nuint count, uint mask, uint limit)
    {
        var masks = new Vector<uint>(mask);
        var limits = new Vector<uint>(limit);
        var found = Vector<uint>.Zero;
        nuint width = (nuint)Vector<uint>.Count, i = 0;
        for (; i + width <= count; i += width)
            found |= Vector.GreaterThanOrEqual(Vector.Load(numbers + i) & masks, limits);
        bool any = found != Vector<uint>.Zero;
        for (; i < count; i++) any |= (numbers[i] & mask) >= limit;
        return !any;
    }
}
