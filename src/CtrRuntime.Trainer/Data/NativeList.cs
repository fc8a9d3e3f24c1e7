using System.Runtime.InteropServices;

namespace CtrRuntime.Trainer.Data;

/// <summary>A growing list in native memory: more than 2^31 elements, and addresses that vector code can use.</summary>
internal sealed unsafe class NativeList<T> : IDisposable
    where T : unmanaged
{
    private T* _items;
    private nuint _capacity;

    /// <summary>Number of elements.</summary>
    public nuint Count { get; private set; }

    /// <summary>The first element; valid until the next <see cref="Add"/>.</summary>
    public T* Items => _items;

    /// <summary>The element at <paramref name="index"/>, which is not checked.</summary>
    public ref T this[nuint index] => ref _items[index];

    /// <summary>Appends an element.</summary>
    public void Add(T item)
    {
        if (Count == _capacity) Grow();
        _items[Count++] = item;
    }

    /// <summary>Forgets the elements from <paramref name="count"/> on.</summary>
    public void Truncate(nuint count) => Count = Math.Min(Count, count);

    /// <inheritdoc/>
    public void Dispose()
    {
        NativeMemory.Free(_items);
        _items = null;
        _capacity = Count = 0;
    }

    private void Grow()
    {
        _capacity = Math.Max(1024, _capacity + (_capacity / 2));
        _items = (T*)NativeMemory.Realloc(_items, checked(_capacity * (nuint)sizeof(T)));
    }
}
