using System.IO.Compression;

namespace CtrRuntime.Input;

/// <summary>
/// The bytes of an input (a file, a pipe or standard input) through a window that moves forward and grows as far as one line
/// or record needs. gzip is told by its first two bytes and decompressed (several members in a row, too; what follows the last
/// member and is not one is ignored, as gzip does); a UTF-8 byte order mark is skipped.
/// Errors: <see cref="CtrStatus.Io"/> when the system refuses, <see cref="CtrStatus.Data"/> for bad gzip and for a line or record
/// above the maximum.
/// </summary>
internal sealed class InputBuffer : IDisposable
{
    /// <summary>The path that means standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>Bytes of the longest line or CSV record: 1 GiB.</summary>
    public const int LongestRecord = 1 << 30;

    private const int FirstSize = 1 << 16;
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    private readonly Stream _stream;
    private readonly int _maximum;
    private byte[] _bytes;
    private int _start;
    private int _end;
    private bool _ended;

    // Without it GZipStream takes the end of a truncated file for the end of the data. It holds for the whole process, which is
    // one that reads examples: scoring from a model file never comes here.
    static InputBuffer() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>Reads <paramref name="stream"/>, which is disposed with the buffer.</summary>
    /// <param name="stream">The bytes, plain or gzip.</param>
    /// <param name="name">What errors call the input.</param>
    /// <param name="maximum">Bytes of the longest line or record.</param>
    public InputBuffer(Stream stream, string name, int maximum = LongestRecord)
    {
        Name = name;
        _maximum = maximum;
        _bytes = new byte[Math.Min(FirstSize, maximum)];
        _stream = stream;
        try
        {
            _stream = Decompressed(stream, name);
            while (_end < ByteOrderMark.Length && Fill(1, 1)) { }
        }
        catch
        {
            _stream.Dispose();
            throw;
        }

        if (Available.StartsWith(ByteOrderMark)) Consume(ByteOrderMark.Length);
    }

    /// <summary>What errors call the input: its path, or <c>&lt;stdin&gt;</c>.</summary>
    public string Name { get; }

    /// <summary>The bytes in the window; valid until the next <see cref="Fill"/>. A reader may overwrite them.</summary>
    public Span<byte> Available => _bytes.AsSpan(_start, _end - _start);

    /// <summary>Decompressed bytes left behind so far.</summary>
    public long Consumed { get; private set; }

    /// <summary>Opens a file, or <paramref name="standardInput"/> for the path <c>-</c>.</summary>
    public static InputBuffer Open(string path, Stream? standardInput = null)
    {
        if (path == StandardInput)
        {
            return new(
                standardInput ?? throw new CtrException(CtrStatus.InvalidArgument, "'-' means standard input, which is not available here"),
                "<stdin>");
        }

        if (Directory.Exists(path)) throw new CtrException(CtrStatus.Io, $"cannot read '{path}': it is a directory");
        try
        {
            // Unbuffered: the window is the buffer. A writer may still be appending to the file.
            return new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0), path);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CannotRead(path, cause);
        }
    }

    /// <summary>
    /// Adds bytes at the end of <see cref="Available"/>, moving and growing the window; false at the end of the input.
    /// Offsets into <see cref="Available"/> stay right, spans do not. An error names the given place.
    /// </summary>
    public bool Fill(long line, long column)
    {
        if (_ended) return false;
        if (_start > 0)
        {
            Available.CopyTo(_bytes);
            _end -= _start;
            _start = 0;
        }

        if (_end == _bytes.Length) Grow(line, column);
        try
        {
            int read = _stream.Read(_bytes, _end, _bytes.Length - _end);
            _end += read;
            _ended = read == 0;
            return !_ended;
        }
        catch (InvalidDataException cause)
        {
            throw new CtrException(CtrStatus.Data, $"{Name}:{line}:{column}: the gzip data is corrupt or truncated", cause);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw CannotRead(Name, cause);
        }
    }

    /// <summary>Leaves the first <paramref name="count"/> bytes of <see cref="Available"/> behind.</summary>
    public void Consume(int count)
    {
        _start += count;
        Consumed += count;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static Stream Decompressed(Stream stream, string name)
    {
        byte[] magic = new byte[2];
        int read;
        try
        {
            read = stream.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw CannotRead(name, cause);
        }

        var whole = new PrefixedStream(magic, read, stream);
        return magic is [0x1F, 0x8B] ? new GZipStream(whole, CompressionMode.Decompress) : whole;
    }

    private void Grow(long line, long column)
    {
        if (_bytes.Length >= _maximum)
            throw InputError.At(Name, line, column, $"a line or record is longer than {_maximum} bytes (is a closing quote missing?)");
        try
        {
            Array.Resize(ref _bytes, (int)Math.Min(_bytes.Length * 2L, _maximum));
        }
        catch (OutOfMemoryException cause)
        {
            throw new CtrException(CtrStatus.OutOfMemory, $"{Name}:{line}:{column}: no memory for a line or record of {_bytes.Length} bytes", cause);
        }
    }

    private static CtrException CannotRead(string name, Exception cause) =>
        new(CtrStatus.Io, $"cannot read '{name}': {cause.Message}", cause);
}
