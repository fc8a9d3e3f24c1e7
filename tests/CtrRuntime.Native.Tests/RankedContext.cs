using CtrRuntime.Kernels;

namespace CtrRuntime.Native.Tests;

/// <summary>A context that was prepared through the library, in memory that ends exactly where it does.</summary>
internal sealed unsafe class RankedContext
{
    private readonly NativeModel _model;

    private RankedContext(NativeModel model, byte[] memory)
    {
        _model = model;
        Memory = memory;
    }

    /// <summary>The context; arrays of bytes lie at multiples of 8.</summary>
    public byte[] Memory { get; }

    /// <summary>How many of its features are unknown.</summary>
    public uint Unknown { get; private set; }

    /// <summary>Prepares a sound row.</summary>
    public static RankedContext Prepare(NativeModel model, Batch row)
    {
        Assert.Equal(CtrStatus.Ok, Try(model, row, null, out RankedContext context));
        return context;
    }

    /// <summary>Prepares a row; the status is for the caller to judge.</summary>
    public static CtrStatus Try(NativeModel model, Batch row, byte[]? scratch, out RankedContext context)
    {
        ulong size = 0;
        Assert.Equal(CtrStatus.Ok, model.Library.ContextSize(model.Handle, row.Offsets[^1] - row.Offsets[0], &size));
        context = new RankedContext(model, new byte[size]);
        uint unknown = 0;
        fixed (ulong* offsets = row.Offsets, keys = row.Keys)
        fixed (uint* fields = row.Fields is { Length: 0 } ? [0] : row.Fields)
        fixed (float* values = row.Values)
        fixed (byte* memory = context.Memory, scratchAt = scratch)
        {
            var rows = new NativeRows { StructSize = (uint)sizeof(NativeRows), RowCount = (ulong)row.Rows, Offsets = offsets, Fields = fields, Keys = keys, Values = values };
            var options = new NativeContextOptions
            {
                StructSize = (uint)sizeof(NativeContextOptions),
                UnknownCount = &unknown,
                Scratch = scratchAt,
                ScratchSize = (ulong)(scratch?.Length ?? 0),
            };
            CtrStatus status = model.Library.ContextPrepare(model.Handle, &rows, &options, memory, (nuint)size);
            context.Unknown = unknown;
            return status;
        }
    }

    /// <summary>The same bytes elsewhere.</summary>
    public RankedContext Copy() => With([.. Memory]);

    /// <summary>Other bytes in its place.</summary>
    public RankedContext With(byte[] memory) => new(_model, memory) { Unknown = Unknown };

    /// <summary>The same bytes for another model.</summary>
    public RankedContext For(NativeModel model) => new(model, Memory);

    /// <summary>Ranks candidates into <paramref name="scores"/>.</summary>
    public CtrStatus Rank(
        Batch candidates, float[] scores, bool logits = false, uint[]? unknown = null, byte[]? scratch = null, ulong top = 0, ulong[]? indices = null)
    {
        fixed (ulong* offsets = candidates.Offsets, keys = candidates.Keys, indicesAt = indices)
        fixed (uint* fields = candidates.Fields is { Length: 0 } ? [0] : candidates.Fields, counts = unknown)
        fixed (float* values = candidates.Values, output = scores)
        fixed (byte* context = Memory, scratchAt = scratch)
        {
            var rows = new NativeRows
            {
                StructSize = (uint)sizeof(NativeRows),
                RowCount = (ulong)candidates.Rows,
                Offsets = offsets,
                Fields = fields,
                Keys = keys,
                Values = values,
            };
            var options = new NativeRankOptions
            {
                StructSize = (uint)sizeof(NativeRankOptions),
                Output = logits ? 1u : 0,
                UnknownCounts = counts,
                Scratch = scratchAt,
                ScratchSize = (ulong)(scratch?.Length ?? 0),
                TopK = top,
                Indices = indicesAt,
            };
            return _model.Library.Rank(_model.Handle, context, (nuint)Memory.Length, &rows, &options, output);
        }
    }
}
