namespace CtrRuntime.Input;

/// <summary>
/// Reads libffm text, <c>label field:feature:value …</c>: fields from 0 to <see cref="Schema.MaximumFields"/> − 1, features (which are
/// the keys) from 0 to 2^64 − 1, values finite.
/// </summary>
internal sealed class LibffmReader(InputBuffer buffer, ExampleMode mode) : FeatureLineReader(buffer, mode)
{
    /// <inheritdoc/>
    protected override void ReadFeatures(ReadOnlySpan<byte> line, int position, Example example)
    {
        while ((position = SkipSeparators(line, position)) < line.Length)
        {
            int token = position;
            if (!NumberText.ReadInteger(line, ref position, out ulong field) || field >= Schema.MaximumFields
                || !ReadColon(line, ref position)
                || !NumberText.ReadInteger(line, ref position, out ulong key)
                || !ReadColon(line, ref position)
                || !ReadValue(line, ref position, out float value))
                throw Malformed(line, token, "field:feature:value");
            example.Add((uint)field, key, value);
        }
    }
}
