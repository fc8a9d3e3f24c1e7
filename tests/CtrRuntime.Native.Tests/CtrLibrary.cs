using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using CtrRuntime.Kernels;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>The published libctr of one level, loaded by path, with its functions as pointers.</summary>
internal sealed unsafe class CtrLibrary
{
    private static readonly ConcurrentDictionary<KernelLevel, Lazy<CtrLibrary>> Loaded = new();

    public readonly delegate* unmanaged<uint> AbiVersion;
    public readonly delegate* unmanaged<byte*> Version;
    public readonly delegate* unmanaged<CtrStatus, byte*> StatusText;
    public readonly delegate* unmanaged<byte*, nuint, nuint*, CtrStatus> LastError;
    public readonly delegate* unmanaged<NativeCounters*, CtrStatus> RuntimeCounters;
    public readonly delegate* unmanaged<byte*, NativeOpenOptions*, nint*, CtrStatus> ModelOpen;
    public readonly delegate* unmanaged<byte*, nuint, NativeOpenOptions*, nint*, CtrStatus> ModelOpenMemory;
    public readonly delegate* unmanaged<nint, CtrStatus> ModelClose;
    public readonly delegate* unmanaged<nint, NativeModelInfo*, CtrStatus> ModelInfo;
    public readonly delegate* unmanaged<nint, uint, NativeFieldInfo*, CtrStatus> FieldInfo;
    public readonly delegate* unmanaged<nint, byte*, uint*, CtrStatus> FieldFind;
    public readonly delegate* unmanaged<nint, uint, byte*, nuint, ulong*, CtrStatus> Key;
    public readonly delegate* unmanaged<nint, NativeValue*, nuint, NativeRowBuffer*, CtrStatus> Encode;
    public readonly delegate* unmanaged<nint, NativeRows*, NativeScoreOptions*, float*, CtrStatus> Score;
    public readonly delegate* unmanaged<nint, ulong, ulong*, CtrStatus> ScratchSize;

    public readonly delegate* unmanaged<nint, ulong, ulong*, CtrStatus> ContextSize;
    public readonly delegate* unmanaged<nint, NativeRows*, NativeContextOptions*, byte*, nuint, CtrStatus> ContextPrepare;
    public readonly delegate* unmanaged<nint, byte*, nuint, NativeRows*, NativeRankOptions*, float*, CtrStatus> Rank;

    private CtrLibrary(KernelLevel level)
    {
        Level = level;
        nint library = NativeLibrary.Load(PathOf(level));
        AbiVersion = (delegate* unmanaged<uint>)NativeLibrary.GetExport(library, "ctr_abi_version");
        Version = (delegate* unmanaged<byte*>)NativeLibrary.GetExport(library, "ctr_version");
        StatusText = (delegate* unmanaged<CtrStatus, byte*>)NativeLibrary.GetExport(library, "ctr_status_text");
        LastError = (delegate* unmanaged<byte*, nuint, nuint*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_last_error");
        RuntimeCounters = (delegate* unmanaged<NativeCounters*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_runtime_counters");
        ModelOpen = (delegate* unmanaged<byte*, NativeOpenOptions*, nint*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_model_open");
        ModelOpenMemory = (delegate* unmanaged<byte*, nuint, NativeOpenOptions*, nint*, CtrStatus>)
            NativeLibrary.GetExport(library, "ctr_model_open_memory");
        ModelClose = (delegate* unmanaged<nint, CtrStatus>)NativeLibrary.GetExport(library, "ctr_model_close");
        ModelInfo = (delegate* unmanaged<nint, NativeModelInfo*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_model_info");
        FieldInfo = (delegate* unmanaged<nint, uint, NativeFieldInfo*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_field_info");
        FieldFind = (delegate* unmanaged<nint, byte*, uint*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_field_find");
        Key = (delegate* unmanaged<nint, uint, byte*, nuint, ulong*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_key");
        Encode = (delegate* unmanaged<nint, NativeValue*, nuint, NativeRowBuffer*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_encode");
        Score = (delegate* unmanaged<nint, NativeRows*, NativeScoreOptions*, float*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_score");
        ScratchSize = (delegate* unmanaged<nint, ulong, ulong*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_scratch_size");
        ContextSize = (delegate* unmanaged<nint, ulong, ulong*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_context_size");
        ContextPrepare = (delegate* unmanaged<nint, NativeRows*, NativeContextOptions*, byte*, nuint, CtrStatus>)
            NativeLibrary.GetExport(library, "ctr_context_prepare");
        Rank = (delegate* unmanaged<nint, byte*, nuint, NativeRows*, NativeRankOptions*, float*, CtrStatus>)NativeLibrary.GetExport(library, "ctr_rank");
    }

    /// <summary>The levels that this processor has, for theories.</summary>
    public static TheoryData<KernelLevel> Levels => [.. KernelLevels.Supported];

    /// <summary>The folder with include and lib: CTR_NATIVE, or where build.sh puts it.</summary>
    public static string Folder { get; } = Find();

    /// <summary>The library that the dynamic loader would pick.</summary>
    public static CtrLibrary Best => Of(KernelLevels.Resolve(KernelLevel.Best));

    /// <summary>The level it was built for.</summary>
    public KernelLevel Level { get; }

    /// <summary>The library of a level; loaded once.</summary>
    public static CtrLibrary Of(KernelLevel level) => Loaded.GetOrAdd(level, l => new(() => new CtrLibrary(l))).Value;

    /// <summary>The file of a level's library.</summary>
    public static string PathOf(KernelLevel level) => level == KernelLevel.Arm64 ? Path.Combine(Emulator.Folder, "lib/libctr.so.1") : Path.Combine(
        Folder, "lib", level == KernelLevel.V2 ? "" : $"glibc-hwcaps/{KernelLevels.Name(level)}", "libctr.so.1");

    /// <summary>A terminated text.</summary>
    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? throw new InvalidOperationException("NULL");

    /// <summary>A terminated text as bytes.</summary>
    public static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    /// <summary>The detail of the last error of this thread.</summary>
    public string Error()
    {
        nuint needed;
        _ = LastError(null, 0, &needed);
        var buffer = new byte[needed];
        fixed (byte* at = buffer)
        {
            Assert.Equal(CtrStatus.Ok, LastError(at, needed, null));
            return Text(at);
        }
    }

    /// <summary>Opens a model from memory; the status is for the caller to judge.</summary>
    public CtrStatus Open(byte[] bytes, NativeOpenOptions options, out nint model)
    {
        nint opened = -1;
        options.StructSize = (uint)sizeof(NativeOpenOptions);
        fixed (byte* at = bytes)
        {
            CtrStatus status = ModelOpenMemory(at, (nuint)bytes.Length, &options, &opened);
            model = opened;
            return status;
        }
    }

    /// <summary>Opens a model file.</summary>
    public CtrStatus Open(string path, NativeOpenOptions options, out nint model)
    {
        nint opened = -1;
        options.StructSize = (uint)sizeof(NativeOpenOptions);
        fixed (byte* at = Text(path))
        {
            CtrStatus status = ModelOpen(at, &options, &opened);
            model = opened;
            return status;
        }
    }

    /// <summary>Opens a sound model; close it by <see cref="NativeModel.Dispose"/>.</summary>
    public NativeModel Open(byte[] bytes, KernelLevel level = KernelLevel.Best)
    {
        Assert.Equal(CtrStatus.Ok, Open(bytes, new NativeOpenOptions { Level = (uint)level }, out nint model));
        return new NativeModel(this, model);
    }

    private static string Find()
    {
        string folder = Environment.GetEnvironmentVariable("CTR_NATIVE") ?? Path.Combine(Repository.Root, "artifacts/native/linux-x64");
        if (!File.Exists(Path.Combine(folder, "lib/libctr.so.1")))
            throw new FileNotFoundException($"there is no lib/libctr.so.1 in {folder}; run ./build.sh native");
        return Path.GetFullPath(folder);
    }
}
