using System.IO.Hashing;
using System.Text;
using CtrRuntime.Input;
using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// Keeps the rows that files of text became, so that the same files need not be parsed again. The file in the folder is named after the training
/// file and the options that rows depend on; it carries a key, a hash of those and of the contents, and is made anew when that has changed or the
/// file is not whole. Rows are parsed into files in the folder when there are many, so that there may be more of them than memory.
/// </summary>
internal sealed class RowCache(TrainingPlan plan, string folder, ITrainingProgress? progress, Action<string> warn, CancellationToken cancellation)
{
    private const int Chunk = 1 << 20;

    /// <summary>The rows, from the cache or from the files, which are then cached.</summary>
    /// <exception cref="CtrException">As of <see cref="DataLoader.Load"/>; and <see cref="CtrStatus.Io"/>: the folder cannot be read or written.</exception>
    public TrainingData Load()
    {
        string[] inputs = plan.Options.Validation is null ? [plan.Options.Data] : [plan.Options.Data, plan.Options.Validation];
        (long Length, DateTime Written)[] states = [.. inputs.Select(StateOf)];
        byte[] options = OptionBytes();
        string path = CachePath(inputs, options);
        byte[] key = KeyOf(inputs, options);
        if (File.Exists(path) && Cached(path, key) is { } cached) return cached;

        var warnings = new List<string>();
        using (TrainingData data = new DataLoader(plan, progress, Warn, cancellation, new SpillFolder(folder)).Load())
        {
            if (!states.SequenceEqual(inputs.Select(StateOf)))
                throw new CtrException(CtrStatus.Io, $"{plan.Options.Data}: the data changed while it was read, so that it cannot be cached");
            RowCacheWriter.Write(path, key, data, warnings);
        }

        return RowCacheReader.Open(path, key, out _);

        void Warn(string message)
        {
            warnings.Add(message);
            warn(message);
        }
    }

    // The rows of a file in the folder, or null when it cannot be used.
    private TrainingData? Cached(string path, byte[] key)
    {
        try
        {
            TrainingData data = RowCacheReader.Open(path, key, out string[] warnings);
            foreach (string warning in warnings) warn(warning);
            return data;
        }
        catch (CtrException unusable) when (unusable.Status != CtrStatus.Io)
        {
            warn($"{path}: {unusable.Message}; it is made anew");
            return null;
        }
    }

    private string CachePath(string[] inputs, byte[] options)
    {
        try
        {
            var name = new XxHash128();
            name.Append(options);
            foreach (string input in inputs) Append(name, Encoding.UTF8.GetBytes(Path.GetFullPath(input)));
            Directory.CreateDirectory(folder);
            return Path.Combine(folder, $"{Path.GetFileName(plan.Options.Data)}.{Convert.ToHexStringLower(name.GetCurrentHash())}.rows");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CtrException(CtrStatus.Io, $"{folder}: {e.Message}", e);
        }
    }

    // Everything that decides what rows a text becomes.
    private byte[] OptionBytes()
    {
        TrainingOptions o = plan.Options;
        var bytes = new SectionWriter();
        bytes.Text(InputFormats.Name(plan.Format));
        bytes.U8(plan.Kind.UsesFields ? (byte)1 : (byte)0);
        bytes.U32((uint)(plan.Kind.ExactFields ?? 0));
        bytes.U32((uint)plan.Loss);
        bytes.U8(plan.Stop == StopMetric.Auc ? (byte)1 : (byte)0); // which refuses validation rows of one class
        bytes.U32((uint)o.Index);
        bytes.U32((uint)o.IndexBits);
        bytes.U32((uint)o.MinCount);
        bytes.U32((uint)o.Bins);
        foreach (string column in new[] { o.Label, o.Weight, o.Clicks, o.Impressions }) bytes.Text(column);
        foreach (IReadOnlyList<string> columns in new[] { o.Numeric, o.Standardized, o.Ignored })
        {
            bytes.U32((uint)columns.Count);
            foreach (string column in columns) bytes.Text(column);
        }

        return bytes.ToArray();
    }

    private byte[] KeyOf(string[] inputs, byte[] options)
    {
        var key = new XxHash128();
        key.Append(options);
        foreach (string input in inputs) Append(key, ContentHash(input));
        return key.GetCurrentHash();
    }

    private byte[] ContentHash(string path)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            var hash = new XxHash128();
            var buffer = new byte[Chunk];
            int read;
            while ((read = file.Read(buffer)) > 0)
            {
                cancellation.ThrowIfCancellationRequested();
                hash.Append(buffer.AsSpan(0, read));
            }

            return hash.GetCurrentHash();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CtrException(CtrStatus.Io, $"cannot read '{path}': {e.Message}", e);
        }
    }

    // What changes when a file does, as far as can be told without reading it.
    private static (long Length, DateTime Written) StateOf(string path)
    {
        try
        {
            if (Libc.KindOf(path) is { } kind and not FileKind.File)
                throw new CtrException(CtrStatus.InvalidArgument, $"{path}: is no file ({kind}), so that its rows cannot be cached");
            var file = new FileInfo(path);
            return (file.Length, file.LastWriteTimeUtc);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CtrException(CtrStatus.Io, $"cannot read '{path}': {e.Message}", e);
        }
    }

    private static void Append(XxHash128 hash, byte[] bytes)
    {
        hash.Append(BitConverter.GetBytes((long)bytes.Length));
        hash.Append(bytes);
    }
}
