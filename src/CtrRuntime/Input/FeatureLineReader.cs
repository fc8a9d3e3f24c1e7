namespace CtrRuntime.Input;

/// <summary>
/// What libffm and libsvm text have in common: a line is an example, its tokens are separated by spaces or tabs, the first is
/// the label. Blank lines are skipped. A first token with a colon is a feature, so that the line has no label.
/// </summary>
internal abstract class FeatureLineReader(InputBuffer buffer, ExampleMode mode) : ExampleReader
{
    private readonly LineScanner _lines = new(buffer);

    /// <inheritdoc/>
    public override long Line => _lines.Line;

    /// <inheritdoc/>
    public override long BytesRead => _lines.BytesRead;

    /// <inheritdoc/>
    public override bool Read(Example example)
    {
        while (_lines.Read(out ReadOnlySpan<byte> line))
        {
            line = WithoutComment(line);
            int position = SkipSeparators(line, 0);
            if (position == line.Length) continue;
            example.Clear();
            ReadFeatures(line, ReadLabel(line, position, example), example);
            return true;
        }

        return false;
    }

    /// <inheritdoc/>
    public override void Dispose() => _lines.Dispose();

    /// <summary>The line up to its comment, if the format has comments.</summary>
    protected virtual ReadOnlySpan<byte> WithoutComment(ReadOnlySpan<byte> line) => line;

    /// <summary>Reads all tokens from <paramref name="position"/> on as features.</summary>
    protected abstract void ReadFeatures(ReadOnlySpan<byte> line, int position, Example example);

    /// <summary>Whether a character separates tokens.</summary>
    protected static bool IsSeparator(byte c) => c is (byte)' ' or (byte)'\t';

    /// <summary>The first position from <paramref name="position"/> on that is no separator.</summary>
    protected static int SkipSeparators(ReadOnlySpan<byte> line, int position)
    {
        while (position < line.Length && IsSeparator(line[position])) position++;
        return position;
    }

    /// <summary>Reads the rest of a token as a finite value and moves <paramref name="position"/> behind it.</summary>
    protected static bool ReadValue(ReadOnlySpan<byte> line, ref int position, out float value)
    {
        if (IsOne(line, position))
        {
            position++;
            value = 1;
            return true;
        }

        int end = position;
        if (NumberText.ReadShortReal(line, ref end, out value) && IsSeparator(line[end]))
        {
            position = end;
            return true;
        }

        end = position;
        while (end < line.Length && !IsSeparator(line[end])) end++;
        ReadOnlySpan<byte> text = line[position..end];
        position = end;
        return NumberText.TryParse(text, out value);
    }

    /// <summary>Moves behind a colon; false when there is none.</summary>
    protected static bool ReadColon(ReadOnlySpan<byte> line, ref int position) => position < line.Length && line[position++] == ':';

    /// <summary>The error of a token that is no feature: finds the first part that is wrong.</summary>
    /// <param name="line">The line.</param>
    /// <param name="position">Where the token starts.</param>
    /// <param name="form">How a feature is written, for example <c>field:feature:value</c>.</param>
    protected CtrException Malformed(ReadOnlySpan<byte> line, int position, string form)
    {
        ReadOnlySpan<byte> token = Token(line, position);
        string[] names = form.Split(':');
        if (token.Count((byte)':') != names.Length - 1) return Error(position, $"{InputError.Quote(token)} is not {form}");
        foreach (string name in names)
        {
            int colon = token.IndexOf((byte)':');
            ReadOnlySpan<byte> part = colon < 0 ? token : token[..colon];
            string? wrong = name switch
            {
                "field" when !NumberText.TryParse(part, out ulong field) || field >= Schema.MaximumFields =>
                    $"an integer from 0 to {Schema.MaximumFields - 1}",
                "feature" when !NumberText.TryParse(part, out ulong _) => $"an integer from 0 to {ulong.MaxValue}",
                "value" when !NumberText.TryParse(part, out float _) => "a finite number",
                _ => null,
            };
            if (wrong != null) return Error(position, $"{name} {InputError.Quote(part)} is not {wrong}");
            position += part.Length + 1;
            token = token[Math.Min(part.Length + 1, token.Length)..];
        }

        throw new CtrException(CtrStatus.Internal, $"{_lines.Name}:{Line}: a well-formed token was refused");
    }

    private static bool IsOne(ReadOnlySpan<byte> line, int position) =>
        position < line.Length && line[position] == '1' && (position + 1 == line.Length || IsSeparator(line[position + 1]));

    private static ReadOnlySpan<byte> Token(ReadOnlySpan<byte> line, int position)
    {
        ReadOnlySpan<byte> rest = line[position..];
        int end = rest.IndexOfAny((byte)' ', (byte)'\t');
        return end < 0 ? rest : rest[..end];
    }

    private int ReadLabel(ReadOnlySpan<byte> line, int position, Example example)
    {
        ReadOnlySpan<byte> token = Token(line, position);
        if (token.Contains((byte)':'))
            return mode != ExampleMode.Training ? position : throw Error(position, $"the label is missing before {InputError.Quote(token)}");
        if (!NumberText.TryParse(token, out float label)) throw Error(position, $"label {InputError.Quote(token)} is not a finite number");
        example.Label = label;
        example.HasLabel = true;
        return position + token.Length;
    }

    private CtrException Error(int position, string detail) => InputError.At(_lines.Name, Line, position + 1, detail);
}
