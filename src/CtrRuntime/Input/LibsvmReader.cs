namespace CtrRuntime.Input;

/// <summary>
/// Reads libsvm text, <c>label feature:value …</c>: features (which are the keys) from 0 to 2^64 − 1, in any order, values finite,
/// field 0 for all. A <c>#</c> starts a comment that ends with the line.
/// </summary>
internal sealed class LibsvmReader(InputBuffer buffer, ExampleMode mode) : FeatureLineReader(buffer, mode)
{
    /// <inheritdoc/>
    protected override ReadOnlySpan<byte> WithoutComment(ReadOnlySpan<byte> line)
    {
        int comment = line.IndexOf((byte)'#');
        return comment < 0 ? line : line[..comment];
    }

    /// <inheritdoc/>
    protected override void ReadFeatures(ReadOnlySpan<byte> line, int position, Example example)
    {
        while ((position = SkipSeparators(line, position)) < line.Length)
        {
            int token = position;
            if (!NumberText.ReadInteger(line, ref position, out ulong key)
                || !ReadColon(line, ref position)
                || !ReadValue(line, ref position, out float value))
                throw Malformed(line, token, "feature:value");
            example.Add(0, key, value);
        }
    }
}
