namespace CtrRuntime.Model;

/// <summary>How a key finds its slot. The numbers are those of the model file.</summary>
public enum IndexKind
{
    /// <summary>A stored hash table: keys that were not trained are known to be unknown.</summary>
    Exact = 1,

    /// <summary>The key is the slot; keys at or above the slot count are unknown.</summary>
    Direct = 2,

    /// <summary>The mixed key modulo the slot count, a power of two: a fixed memory budget in which no key is unknown and some share a slot.</summary>
    Hashed = 3,
}
