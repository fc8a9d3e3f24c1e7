namespace CtrRuntime;

/// <summary>
/// The features that many candidates share, such as those of a user and a page, prepared for ranking by <see cref="CtrModel.Prepare"/>. Immutable: any number
/// of threads may rank with one. It belongs to the model that prepared it.
/// </summary>
public sealed unsafe class CtrContext
{
    // Pinned, so that it stays where a kernel's registers read it fastest.
    private readonly byte[] _memory;
    private readonly int _start;

    /// <summary>Memory for a context of <paramref name="size"/> bytes.</summary>
    internal CtrContext(nuint size)
    {
        Size = checked((int)size);
        _memory = GC.AllocateUninitializedArray<byte>(checked(Size + Line), pinned: true);
        fixed (byte* at = _memory) _start = (int)((Line - ((nuint)at % Line)) % Line);
    }

    /// <summary>How many features of the context the model does not know; they add nothing.</summary>
    public int Unknown { get; internal set; }

    /// <summary>Bytes that it takes.</summary>
    public int Size { get; }

    /// <summary>Where it is.</summary>
    internal Span<byte> Memory => _memory.AsSpan(_start, Size);

    private const int Line = 64;
}
