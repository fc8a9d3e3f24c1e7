using System.Runtime.InteropServices;
using System.Text;
using CtrRuntime.Input;

namespace CtrRuntime.Native;

/// <summary>A model behind a handle, with the names of its fields as C strings, which live as long as it does.</summary>
internal sealed unsafe class OpenModel : IDisposable
{
    private readonly int[] _nameOffsets;
    private byte* _names;

    /// <summary>Takes over <paramref name="model"/>.</summary>
    public OpenModel(CtrModel model)
    {
        Model = model;
        IReadOnlyList<FieldSchema> fields = model.Schema.Fields;
        _nameOffsets = new int[fields.Count + 1];
        for (int f = 0; f < fields.Count; f++)
            _nameOffsets[f + 1] = checked(_nameOffsets[f] + Encoding.UTF8.GetByteCount(fields[f].Name) + 1);
        _names = (byte*)NativeMemory.AllocZeroed((nuint)Math.Max(_nameOffsets[^1], 1));
        for (int f = 0; f < fields.Count; f++)
            Encoding.UTF8.GetBytes(fields[f].Name, new Span<byte>(_names + _nameOffsets[f], _nameOffsets[f + 1] - _nameOffsets[f]));
    }

    /// <summary>The model.</summary>
    public CtrModel Model { get; }

    /// <summary>The zero-terminated name of a field.</summary>
    public byte* Name(uint field, out uint size)
    {
        size = (uint)(_nameOffsets[field + 1] - _nameOffsets[field] - 1);
        return _names + _nameOffsets[field];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Model.Dispose();
        NativeMemory.Free(_names);
        _names = null;
    }
}
