namespace CtrRuntime.Benchmarks;

/// <summary>Random weights, many a microsecond: the sum of four uniform numbers, which is about normal with standard deviation 0.1.</summary>
internal sealed class WeightRandom(ulong seed)
{
    /// <summary>The state goes on by this much: 2⁶⁴ over the golden ratio.</summary>
    public const ulong Step = 0x9E3779B97F4A7C15;

    /// <summary>0.1 over the standard deviation of four uniform integers of 16 bits.</summary>
    private const float Scale = 0.1f / 37837;

    private ulong _state = seed;

    /// <summary>The next weight.</summary>
    public float Next()
    {
        unchecked
        {
            ulong bits = Mix(_state += Step);
            int sum = (int)(bits & 0xFFFF) + (int)((bits >> 16) & 0xFFFF) + (int)((bits >> 32) & 0xFFFF) + (int)(bits >> 48);
            return (sum - (4 * 0x8000)) * Scale;
        }
    }

    /// <summary>The finaliser of splitmix64, a bijection.</summary>
    public static ulong Mix(ulong z)
    {
        unchecked
        {
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return z ^ (z >> 31);
        }
    }
}
