namespace CtrRuntime.Trainer.Data;

/// <summary>A part of native memory, which may be longer than a span.</summary>
/// <param name="start">Its first byte.</param>
/// <param name="length">Its bytes.</param>
internal readonly unsafe struct NativePart(void* start, nuint length)
{
    /// <summary>Its first byte.</summary>
    public byte* Start { get; } = (byte*)start;

    /// <summary>Its bytes.</summary>
    public nuint Length { get; } = length;

    /// <summary>All of it; for a part that is short enough.</summary>
    /// <exception cref="OverflowException">It is not.</exception>
    public ReadOnlySpan<byte> Span => new(Start, checked((int)Length));
}
