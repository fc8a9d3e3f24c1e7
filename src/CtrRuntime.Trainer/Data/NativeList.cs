using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// A growing list in native memory: more than 2^31 elements, and addresses that vector code can use. It grows by mapping more pages, so that nothing
/// is copied and memory never holds two of it; huge pages, where there are, because touching small ones for the first time takes longer than
/// reading the text that fills them.
/// </summary>
internal sealed unsafe class NativeList<T> : IDisposable
    where T : unmanaged
{
    private const nuint HugePage = 1 << 21;

    /// <summary>A list of fewer bytes is not worth a huge page.</summary>
    private const nuint Large = 4 * HugePage;

    private T* _items;
    private nuint _capacity;

    /// <summary>Number of elements.</summary>
    public nuint Count { get; private set; }

    /// <summary>The first element; valid until the next <see cref="Add(T)"/>.</summary>
    public T* Items => _items;

    /// <summary>The element at <paramref name="index"/>, which is not checked.</summary>
    public ref T this[nuint index] => ref _items[index];

    /// <summary>Appends an element.</summary>
    public void Add(T item)
    {
        if (Count == _capacity) Grow(Count + 1);
        _items[Count++] = item;
    }

    /// <summary>Appends elements.</summary>
    public void Add(ReadOnlySpan<T> items) => items.CopyTo(Extend(items.Length));

    /// <summary>Appends as many elements for the caller to fill.</summary>
    public Span<T> Extend(int count)
    {
        nuint start = Count, end = start + (nuint)count;
        if (end > _capacity) Grow(end);
        Count = end;
        return new(_items + start, count);
    }

    /// <summary>Forgets the elements from <paramref name="count"/> on.</summary>
    public void Truncate(nuint count) => Count = Math.Min(Count, count);

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_items != null) _ = Libc.Unmap(_items, Bytes(_capacity));
        _items = null;
        _capacity = Count = 0;
    }

    private void Grow(nuint least)
    {
        nuint capacity = Math.Max(least, _capacity + (_capacity / 2));
        nuint bytes = checked(Bytes(capacity) + HugePage - 1) / HugePage * HugePage;
        void* items = _items == null
            ? Libc.Map(null, bytes, Libc.ProtRead | Libc.ProtWrite, Libc.MapPrivate | Libc.MapAnonymous, -1, 0)
            : Libc.Remap(_items, Bytes(_capacity), bytes, Libc.RemapMayMove);
        if (items == Libc.MapFailed) throw new InsufficientMemoryException($"no memory for {bytes} bytes of rows: {Libc.LastError()}");
        // Advice: where it is not taken, pages are small.
        if (bytes >= Large) _ = Libc.Advise(items, bytes, Libc.AdviseHugePages);
        _items = (T*)items;
        _capacity = bytes / (nuint)sizeof(T);
    }

    private static nuint Bytes(nuint count) => checked(count * (nuint)sizeof(T));
}
