namespace CtrRuntime.Input;

/// <summary>
/// Reads examples from text, one after the other. Strict: anything malformed is a <see cref="CtrException"/> of
/// <see cref="CtrStatus.Data"/> whose message starts with <c>file:line:column:</c>.
/// </summary>
internal abstract class ExampleReader : IDisposable
{
    /// <summary>Number of the line the last example came from, counted from 1.</summary>
    public abstract long Line { get; }

    /// <summary>Bytes of the (decompressed) input consumed so far.</summary>
    public abstract long BytesRead { get; }

    /// <summary>Reads the next example into <paramref name="example"/>; false at the end of the input.</summary>
    public abstract bool Read(Example example);

    /// <inheritdoc/>
    public abstract void Dispose();
}
