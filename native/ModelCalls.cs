using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Native;

/// <summary>Opens, describes and closes models.</summary>
internal static unsafe class ModelCalls
{
    private const uint VerifyLight = 0;
    private const uint VerifyFull = 1;

    /// <summary>PATH_MAX: the operating system takes no longer path, terminator included.</summary>
    private const int LongestPath = 4096;

    /// <summary><c>ctr_model_open</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Open(byte* path, NativeOpenOptions* options, nint* model)
    {
        try
        {
            Arguments.NotNull(path, "path");
            Arguments.NotNull(model, "out");
            using var memory = new MemoryReservation();
            CtrOpenOptions how = Options(options, memory);
            *model = Publish(CtrModel.Open(Path(path), how));
            return CtrStatus.Ok;
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    /// <summary><c>ctr_model_open_memory</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus OpenMemory(byte* bytes, nuint size, NativeOpenOptions* options, nint* model)
    {
        try
        {
            if (size != 0) Arguments.NotNull(bytes, "bytes");
            Arguments.NotNull(model, "out");
            using var memory = new MemoryReservation();
            CtrOpenOptions how = Options(options, memory);
            *model = Publish(CtrModel.Open(bytes, size, how));
            return CtrStatus.Ok;
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    /// <summary><c>ctr_model_close</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Close(nint model)
    {
        try
        {
            if (model != 0) HandleTable.Remove(model).Dispose();
            return CtrStatus.Ok;
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    /// <summary><c>ctr_model_info</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Info(nint model, NativeModelInfo* info)
    {
        try
        {
            CtrModelInfo known = HandleTable.Find(model).Model.Info;
            Arguments.Output(info);
            var filled = new NativeModelInfo
            {
                FieldCount = (uint)known.FieldCount,
                SlotCount = (ulong)known.SlotCount,
                FileSize = (ulong)known.FileSize,
                Latent = (uint)known.Latent,
                SlotSize = (uint)known.SlotStride,
                Link = (uint)known.Link,
                IndexKind = (uint)known.Index,
                KeyKind = (uint)known.Keys,
                Level = (uint)known.Level,
                FormatMajor = (uint)known.FormatMajor,
                FormatMinor = (uint)known.FormatMinor,
                Bias = known.Bias,
                WeightType = (uint)known.Weights,
            };
            Encoding.UTF8.GetBytes(known.Kind, ((Span<byte>)filled.Kind)[..^1]);
            Arguments.Fill(info, filled);
            return CtrStatus.Ok;
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    private static string Path(byte* path)
    {
        ReadOnlySpan<byte> utf8 = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(path);
        if (utf8.Length >= LongestPath) throw new CtrException(CtrStatus.Io, $"{InputError.Quote(utf8)}: a path of {utf8.Length} bytes is too long");
        return Encoding.UTF8.GetString(utf8);
    }

    private static CtrOpenOptions Options(NativeOpenOptions* options, MemoryReservation memory)
    {
        if (options == null) return new CtrOpenOptions { Admit = memory.Take };
        Arguments.Input(options);
        if (options->Mode > (uint)OpenMode.Prefault) throw Arguments.Invalid($"ctr_open_options.mode is {options->Mode}");
        if (options->Verify is not (VerifyLight or VerifyFull)) throw Arguments.Invalid($"ctr_open_options.verify is {options->Verify}");
        var level = (KernelLevel)options->Level;
        if (!Enum.IsDefined(level)) throw Arguments.Invalid($"ctr_open_options.level is {options->Level}");
        return new CtrOpenOptions { Mode = (OpenMode)options->Mode, VerifyAll = options->Verify == VerifyFull, Level = level, Admit = memory.Take };
    }

    private static nint Publish(CtrModel model)
    {
        OpenModel? open = null;
        try
        {
            open = new OpenModel(model);
            return HandleTable.Add(open);
        }
        catch
        {
            if (open != null) open.Dispose();
            else model.Dispose();
            throw;
        }
    }
}
