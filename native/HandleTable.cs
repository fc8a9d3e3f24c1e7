using System.Runtime.CompilerServices;

namespace CtrRuntime.Native;

/// <summary>
/// Gives open models their handles and finds them again. A handle is a number, not an address:
/// <code>tag (16 bits) | place in the table (16 bits) | generation of the place (32 bits)</code>
/// The tag makes it a pointer that no x86-64 process can have (bits 63 to 56 are neither all 0 nor all 1), so a pointer of somebody else is
/// never taken for a model; the generation grows with every model that had the place, so a closed model is never taken for an open one.
/// Finding takes no lock and allocates nothing; opening and closing take turns.
/// </summary>
internal static class HandleTable
{
    /// <summary>Models open at a time.</summary>
    public const int Capacity = ushort.MaxValue;

    private const ulong Tag = 0xC7A5;
    private const int FirstSize = 16;

    private static readonly Lock Gate = new();
    private static readonly Stack<int> Free = new();

    // Replaced by a larger copy when it is full; a reader with the older copy still finds every model it may ask for.
    private static Entry?[] s_entries = [];
    private static uint[] s_generations = [];
    private static int s_used;

    /// <summary>A new handle for <paramref name="model"/>.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Unsupported"/>: too many models are open.</exception>
    public static nint Add(OpenModel model)
    {
        lock (Gate)
        {
            bool used = Free.TryPeek(out int place);
            if (!used) place = Append();
            uint generation = s_generations[place] + 1;
            var entry = new Entry(model, generation);
            // Nothing from here on allocates, and so nothing can fail halfway.
            if (used) Free.Pop();
            else s_used++;
            s_generations[place] = generation;
            Volatile.Write(ref s_entries[place], entry);
            return (nint)((Tag << 48) | ((ulong)place << 32) | generation);
        }
    }

    /// <summary>The model of a handle.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.InvalidHandle"/>.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static OpenModel Find(nint handle) => Lookup(handle, Volatile.Read(ref s_entries)) ?? throw Refused(handle);

    /// <summary>Ends a handle; the caller disposes of the model.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.InvalidHandle"/>.</exception>
    public static OpenModel Remove(nint handle)
    {
        lock (Gate)
        {
            OpenModel model = Lookup(handle, s_entries) ?? throw Refused(handle);
            int place = Place(handle);
            Volatile.Write(ref s_entries[place], null);
            // A place whose generations are used up is never given out again. The stack has room: see Append.
            if (s_generations[place] != uint.MaxValue) Free.Push(place);
            return model;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static OpenModel? Lookup(nint handle, Entry?[] entries)
    {
        int place = Place(handle);
        if ((ulong)handle >> 48 != Tag || place >= entries.Length) return null;
        Entry? entry = Volatile.Read(ref entries[place]);
        return entry != null && entry.Generation == (uint)handle ? entry.Model : null;
    }

    private static int Place(nint handle) => (ushort)((ulong)handle >> 32);

    private static CtrException Refused(nint handle)
    {
        if (handle == 0) return Arguments.Invalid("the model is NULL");
        string what = (ulong)handle >> 48 == Tag ? "closed" : "not one of ours";
        return new CtrException(CtrStatus.InvalidHandle, $"the model {(ulong)handle:x16} is {what}");
    }

    /// <summary>A place that has never been used, which the caller takes; and room on the stack for every place, so that closing needs no memory.</summary>
    private static int Append()
    {
        if (s_used == Capacity) throw new CtrException(CtrStatus.Unsupported, $"{Capacity} models are open; close some");
        if (s_used == s_entries.Length)
        {
            int size = Math.Min(Math.Max(s_used * 2, FirstSize), Capacity);
            Free.EnsureCapacity(size);
            Array.Resize(ref s_generations, size);
            Entry?[] larger = new Entry?[size];
            s_entries.CopyTo(larger, 0);
            Volatile.Write(ref s_entries, larger);
        }

        return s_used;
    }

    /// <summary>An open model and its generation; immutable, so that a reader sees both or neither.</summary>
    private sealed record Entry(OpenModel Model, uint Generation);
}
