using System.Text;

namespace CtrRuntime.Input;

/// <summary>
/// Reads records of delimiter-separated values as RFC 4180 has them, the first of which is the header: a field is either taken as it
/// stands or enclosed in quotes, where the delimiter and line ends are text and a doubled quote is a quote. LF or CRLF ends a record. Every record
/// has as many fields as the header; empty lines are skipped where the header has more than one column.
/// </summary>
internal sealed class CsvReader : IDisposable
{
    private readonly InputBuffer _buffer;
    private readonly byte _delimiter;
    private Cell[] _cells = new Cell[16];
    private int _consumeNext;
    private long _nextLine = 1;
    private string[]? _header;
    private (long Line, int Column) _end;

    /// <summary>Reads the header of <paramref name="buffer"/>, which is disposed with the reader.</summary>
    public CsvReader(InputBuffer buffer, byte delimiter = (byte)',')
    {
        _buffer = buffer;
        _delimiter = delimiter;
        try
        {
            _header = ReadHeader();
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>What errors call the input.</summary>
    public string Name => _buffer.Name;

    /// <summary>The column names, all different.</summary>
    public IReadOnlyList<string> Header => _header!;

    /// <summary>The line, counted from 1, on which the record read last starts.</summary>
    public long Line { get; private set; }

    /// <summary>Bytes consumed, the record read last included.</summary>
    public long BytesRead => _buffer.Consumed + _consumeNext;

    /// <summary>Number of fields of the record read last; that of the header.</summary>
    public int Count { get; private set; }

    /// <summary>The text of a field, valid until the next <see cref="Read"/>.</summary>
    public ReadOnlySpan<byte> this[int column] => _buffer.Available.Slice(_cells[column].Start, _cells[column].Length);

    /// <summary>The number of the column of that name, or −1.</summary>
    public int Find(string name) => Array.IndexOf(_header!, name);

    /// <summary>Reads the next record; false at the end of the input.</summary>
    public bool Read()
    {
        do
        {
            _buffer.Consume(_consumeNext);
            _consumeNext = 0;
            Count = 0;
            Line = _nextLine;
            if (_buffer.Available.IsEmpty && !_buffer.Fill(Line, 1)) return false;
            ReadRecord();
        }
        while (Count == 1 && _cells[0] is { Length: 0, Quoted: false } && _header?.Length != 1);

        if (_header != null && Count < _header.Length)
            throw InputError.At(Name, _end.Line, _end.Column, $"only {Count} of the header's {_header.Length} columns");
        return true;
    }

    /// <summary>An error at the start of a field of the record read last.</summary>
    public CtrException Error(int column, string detail) => InputError.At(Name, _cells[column].Line, _cells[column].Column, detail);

    /// <inheritdoc/>
    public void Dispose() => _buffer.Dispose();

    private string[] ReadHeader()
    {
        if (!Read()) throw InputError.At(Name, 1, 1, "there is no header line");
        string[] names = new string[Count];
        var known = new HashSet<string>(Count);
        for (int c = 0; c < Count; c++)
        {
            names[c] = Encoding.UTF8.GetString(this[c]);
            if (!known.Add(names[c])) throw Error(c, $"column {InputError.Quote(this[c])} occurs twice in the header");
        }

        return names;
    }

    // Offsets count from the start of the record, lineStart is that of the current line in it.
    private void ReadRecord()
    {
        int position = 0;
        int lineStart = 0;
        bool more = true;
        while (more)
        {
            if (_header != null && Count == _header.Length)
                throw InputError.At(Name, _nextLine, position - lineStart + 1, $"more columns than the header's {_header.Length}");
            if (Count == _cells.Length) Array.Resize(ref _cells, Count * 2);
            ref Cell cell = ref _cells[Count++];
            cell.Start = position;
            cell.Line = _nextLine;
            cell.Column = position - lineStart + 1;
            cell.Quoted = Has(position) && _buffer.Available[position] == '"';
            if (cell.Quoted) ReadQuoted(ref cell, ref position, ref lineStart);
            else ReadPlain(ref cell, ref position);
            more = Has(position) && _buffer.Available[position] == _delimiter;
            if (more) position++;
        }

        // Here stands the end of the line or of the input.
        _end = (_nextLine, position - lineStart + 1);
        if (Has(position) && _buffer.Available[position] == '\r') position++;
        if (Has(position)) position++;
        _nextLine++;
        _consumeNext = position;
    }

    private bool Has(int position) => position < _buffer.Available.Length || _buffer.Fill(_nextLine, 1);

    // Stops before the delimiter, the end of the line or the end of the input.
    private void ReadPlain(ref Cell cell, ref int position)
    {
        int found;
        while ((found = _buffer.Available[position..].IndexOfAny(_delimiter, (byte)'\n', (byte)'"')) < 0)
        {
            position = _buffer.Available.Length;
            if (!_buffer.Fill(cell.Line, cell.Column)) break;
        }

        if (found >= 0) position += found;
        ReadOnlySpan<byte> bytes = _buffer.Available;
        if (position < bytes.Length && bytes[position] == '"')
            throw InputError.At(Name, _nextLine, cell.Column + position - cell.Start, "a quote inside a field that does not start with one");
        bool lineEnds = position == bytes.Length || bytes[position] == '\n';
        if (lineEnds && position > cell.Start && bytes[position - 1] == '\r') position--;
        cell.Length = position - cell.Start;
    }

    // Moves the text together over the quotes, and stops behind the closing one.
    private void ReadQuoted(ref Cell cell, ref int position, ref int lineStart)
    {
        int write = cell.Start;
        position++;
        while (true)
        {
            int found = _buffer.Available[position..].IndexOf((byte)'"');
            Span<byte> bytes = _buffer.Available;
            int end = found < 0 ? bytes.Length : position + found;
            for (int i = position, next; (next = bytes[i..end].IndexOf((byte)'\n')) >= 0; i = lineStart)
            {
                lineStart = i + next + 1;
                _nextLine++;
            }

            bytes[position..end].CopyTo(bytes[write..]);
            write += end - position;
            position = end;
            if (found < 0)
            {
                if (!_buffer.Fill(cell.Line, cell.Column)) throw InputError.At(Name, cell.Line, cell.Column, "the quote is never closed");
                continue;
            }

            position++;
            if (!Has(position) || _buffer.Available[position] != '"') break;
            _buffer.Available[write++] = (byte)'"';
            position++;
        }

        cell.Length = write - cell.Start;
        if (!Has(position)) return;
        byte after = _buffer.Available[position];
        bool ends = after == _delimiter || after == '\n'
            || (after == '\r' && (!Has(position + 1) || _buffer.Available[position + 1] == '\n'));
        if (!ends) throw InputError.At(Name, _nextLine, position - lineStart + 1, "text after the closing quote");
    }

    /// <summary>A field: where its text is in the record, and where it starts in the file.</summary>
    private struct Cell
    {
        public int Start;
        public int Length;
        public long Line;
        public int Column;
        public bool Quoted;
    }
}
