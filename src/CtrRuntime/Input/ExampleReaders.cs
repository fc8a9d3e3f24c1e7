namespace CtrRuntime.Input;

/// <summary>Opens the reader of a format.</summary>
internal static class ExampleReaders
{
    /// <summary>Opens a file of examples.</summary>
    /// <param name="path">The file, plain or gzip; <c>-</c> for standard input.</param>
    /// <param name="format">How examples are written in it.</param>
    /// <param name="schema">Needed by the formats with columns; ignored by the others.</param>
    /// <param name="mode">What the examples are for.</param>
    /// <param name="standardInput">The stream that <c>-</c> means.</param>
    /// <exception cref="CtrException">
    /// <see cref="CtrStatus.Io"/>, <see cref="CtrStatus.Data"/>, or <see cref="CtrStatus.InvalidArgument"/> when the schema is absent or does not name what is needed.
    /// </exception>
    public static ExampleReader Open(string path, InputFormat format, Schema? schema, ExampleMode mode, Stream? standardInput = null)
    {
        byte? delimiter = InputFormats.Delimiter(format);
        if (delimiter != null && schema is null)
            throw new CtrException(CtrStatus.InvalidArgument, $"{path}: the format {InputFormats.Name(format)} needs a schema");
        InputBuffer buffer = InputBuffer.Open(path, standardInput);
        if (delimiter is byte separator) return new CsvExampleReader(new CsvReader(buffer, separator), schema!, mode);
        return format == InputFormat.Libffm ? new LibffmReader(buffer, mode) : new LibsvmReader(buffer, mode);
    }
}
