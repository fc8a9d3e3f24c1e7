using System.Runtime.CompilerServices;

namespace CtrRuntime.Native;

/// <summary>Checks what callers pass; a refusal is a <see cref="CtrException"/> of <see cref="CtrStatus.InvalidArgument"/>.</summary>
internal static unsafe class Arguments
{
    /// <summary>No struct will ever be larger: a greater size is an uninitialised member.</summary>
    private const uint LargestStruct = 4096;

    /// <summary>Refuses NULL.</summary>
    public static void NotNull(void* pointer, string name)
    {
        if (pointer == null) throw Invalid($"{name} is NULL");
    }

    /// <summary>
    /// Checks a struct that the caller fills: at least as large as at ABI 1, and zero behind the members that this build knows.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input<T>(T* value) where T : unmanaged, ISizedStruct
    {
        if (value == null || *(uint*)value != (uint)sizeof(T)) CheckInput(value);
    }

    /// <summary>Checks a struct that the library fills.</summary>
    public static void Output<T>(T* value) where T : unmanaged, ISizedStruct
    {
        NotNull(value, T.Name);
        uint size = *(uint*)value;
        if (size != (uint)sizeof(T)) CheckSize<T>(size);
    }

    /// <summary>Fills a checked struct: the members that this build knows, and zeros behind them; the size stays the caller's.</summary>
    public static void Fill<T>(T* target, T value) where T : unmanaged, ISizedStruct
    {
        uint size = *(uint*)target;
        *target = value;
        *(uint*)target = size;
        new Span<byte>((byte*)target + sizeof(T), (int)size - sizeof(T)).Clear();
    }

    /// <summary>Refuses a reserved member that is used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Zero(uint reserved, string name)
    {
        if (reserved != 0) throw Invalid($"{name} is {reserved}, not 0");
    }

    /// <summary>A text that is given by pointer and size; NULL is fine for an empty one.</summary>
    public static ReadOnlySpan<byte> Text(byte* utf8, nuint size, string name)
    {
        if (size != 0) NotNull(utf8, name);
        if (size > int.MaxValue) throw Invalid($"{name} has {size} bytes");
        return new ReadOnlySpan<byte>(utf8, (int)size);
    }

    /// <summary>An exception for a bad argument.</summary>
    public static CtrException Invalid(string detail) => new(CtrStatus.InvalidArgument, detail);

    private static void CheckInput<T>(T* value) where T : unmanaged, ISizedStruct
    {
        NotNull(value, T.Name);
        uint size = *(uint*)value;
        CheckSize<T>(size);
        if (new ReadOnlySpan<byte>((byte*)value + sizeof(T), (int)size - sizeof(T)).ContainsAnyExcept((byte)0))
            throw Invalid($"{T.Name} has members set that this library does not know");
    }

    private static void CheckSize<T>(uint size) where T : unmanaged, ISizedStruct
    {
        if (size < (uint)sizeof(T) || size > LargestStruct)
            throw Invalid($"{T.Name}.struct_size is {size}; this library knows {sizeof(T)} bytes");
    }
}
