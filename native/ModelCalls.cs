using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Native;

/// <summary>Opens, describes and closes models.</summary>
internal static unsafe class ModelCalls
{
    private const uint VerifyLight = 0;
    private const uint VerifyFull = 1;

    /// <summary><c>ctr_model_open</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Open(byte* path, NativeOpenOptions* options, nint* model)
    {
        try
        {
            Arguments.NotNull(path, "path");
            Arguments.NotNull(model, "out");
            CtrOpenOptions how = Options(options);
            *model = Publish(CtrModel.Open(Marshal.PtrToStringUTF8((nint)path)!, how));
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
            CtrOpenOptions how = Options(options);
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
            Encoding.ASCII.GetBytes(known.Kind, ((Span<byte>)filled.Kind)[..^1]);
            Arguments.Fill(info, filled);
            return CtrStatus.Ok;
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    private static CtrOpenOptions Options(NativeOpenOptions* options)
    {
        if (options == null) return new CtrOpenOptions();
        Arguments.Input(options);
        if (options->Mode > (uint)OpenMode.Prefault) throw Arguments.Invalid($"ctr_open_options.mode is {options->Mode}");
        if (options->Verify is not (VerifyLight or VerifyFull)) throw Arguments.Invalid($"ctr_open_options.verify is {options->Verify}");
        var level = (KernelLevel)options->Level;
        if (!Enum.IsDefined(level)) throw Arguments.Invalid($"ctr_open_options.level is {options->Level}");
        return new CtrOpenOptions { Mode = (OpenMode)options->Mode, VerifyAll = options->Verify == VerifyFull, Level = level };
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
