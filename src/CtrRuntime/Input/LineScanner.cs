namespace CtrRuntime.Input;

/// <summary>Cuts an input into lines: LF or CRLF ends a line, the last one may lack it.</summary>
internal sealed class LineScanner(InputBuffer buffer) : IDisposable
{
    private int _consumeNext;

    /// <summary>Number of the line read last, counted from 1; 0 before the first.</summary>
    public long Line { get; private set; }

    /// <summary>What errors call the input.</summary>
    public string Name => buffer.Name;

    /// <summary>Bytes consumed, the line read last included.</summary>
    public long BytesRead => buffer.Consumed + _consumeNext;

    /// <summary>The next line without its end, valid until the next call; false at the end of the input.</summary>
    public bool Read(out ReadOnlySpan<byte> line)
    {
        buffer.Consume(_consumeNext);
        _consumeNext = 0;
        int scanned = 0;
        int length;
        while ((length = buffer.Available[scanned..].IndexOf((byte)'\n')) < 0)
        {
            scanned = buffer.Available.Length;
            if (buffer.Fill(Line + 1, 1)) continue;
            if (scanned == 0)
            {
                line = default;
                return false;
            }

            length = scanned;
            _consumeNext = length;
            break;
        }

        if (_consumeNext == 0)
        {
            length += scanned;
            _consumeNext = length + 1;
        }

        Line++;
        line = buffer.Available[..length];
        if (line is [.., (byte)'\r']) line = line[..^1];
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => buffer.Dispose();
}
