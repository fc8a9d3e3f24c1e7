using System.Runtime.InteropServices;
using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// A growing list in native memory: more than 2^31 elements, and addresses that vector code can use. It grows by mapping more pages, so that nothing
/// is copied and memory never holds two of it; huge pages, where there are, because touching small ones for the first time takes longer than
/// reading the text that fills them. A long list may move to a file (<see cref="SpillFolder"/>).
/// </summary>
internal sealed unsafe class NativeList<T> : IDisposable
    where T : unmanaged
{
    private const nuint HugePage = 1 << 21;

    /// <summary>A list of fewer bytes is not worth a huge page.</summary>
    private const nuint Large = 4 * HugePage;

    private T* _items;
    private nuint _capacity;
    private readonly bool _borrowed;
    private readonly SpillFolder? _spill;
    private FileStream? _file;

    /// <summary>An empty list.</summary>
    /// <param name="spill">Where it moves to when it becomes long; null: it stays in memory.</param>
    public NativeList(SpillFolder? spill) => _spill = spill;

    /// <summary>The elements in somebody else's memory, which must outlive the list; none can be added.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Data"/>: these are not whole elements.</exception>
    public NativeList(NativePart part)
    {
        if (part.Length % (nuint)sizeof(T) != 0) throw RowCacheFormat.Damaged();
        _items = (T*)part.Start;
        _capacity = Count = part.Length / (nuint)sizeof(T);
        _borrowed = true;
    }

    /// <summary>Number of elements.</summary>
    public nuint Count { get; private set; }

    /// <summary>The first element; valid until the next <see cref="Add(T)"/>.</summary>
    public T* Items => _items;

    /// <summary>The memory of the elements; valid until the next <see cref="Add(T)"/>.</summary>
    public NativePart Part => new(_items, Bytes(Count));

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
        if (_items != null && !_borrowed) _ = Libc.Unmap(_items, Bytes(_capacity));
        _file?.Dispose();
        _items = null;
        _capacity = Count = 0;
    }

    private void Grow(nuint least)
    {
        if (_borrowed) throw new InvalidOperationException("rows in somebody else's memory do not grow");
        nuint capacity = Math.Max(least, _capacity + (_capacity / 2));
        nuint bytes = checked(Bytes(capacity) + HugePage - 1) / HugePage * HugePage;
        bool moves = _file is null && _spill?.Takes(bytes) == true;
        if (moves) _file = _spill!.Create();
        if (_file != null) _spill!.Extend(_file, bytes);
        void* items = _items == null || moves ? Map(bytes) : Libc.Remap(_items, Bytes(_capacity), bytes, Libc.RemapMayMove);
        if (items == Libc.MapFailed) throw new InsufficientMemoryException($"no memory for {bytes} bytes of rows: {Libc.LastError()}");
        if (moves && _items != null)
        {
            NativeMemory.Copy(_items, items, Bytes(Count));
            _ = Libc.Unmap(_items, Bytes(_capacity));
        }

        // Advice: where it is not taken, pages are small.
        if (_file is null && bytes >= Large) _ = Libc.Advise(items, bytes, Libc.AdviseHugePages);
        _items = (T*)items;
        _capacity = bytes / (nuint)sizeof(T);
    }

    private void* Map(nuint bytes) => _file is null
        ? Libc.Map(null, bytes, Libc.ProtRead | Libc.ProtWrite, Libc.MapPrivate | Libc.MapAnonymous, -1, 0)
        : Libc.Map(null, bytes, Libc.ProtRead | Libc.ProtWrite, Libc.MapShared, (int)_file.SafeFileHandle.DangerousGetHandle(), 0);

    private static nuint Bytes(nuint count) => checked(count * (nuint)sizeof(T));
}
