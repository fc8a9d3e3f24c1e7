using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CtrRuntime.Input;

namespace CtrRuntime.Native;

/// <summary>Fields of a model, and keys of their texts.</summary>
internal static unsafe class FieldCalls
{
    /// <summary><c>ctr_field_info</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Info(nint model, uint field, NativeFieldInfo* info)
    {
        try
        {
            OpenModel open = HandleTable.Find(model);
            Arguments.Output(info);
            IReadOnlyList<FieldSchema> fields = open.Model.Schema.Fields;
            if (field >= (uint)fields.Count) throw new CtrException(CtrStatus.UnknownField, $"field {field} of {fields.Count}");
            FieldSchema schema = fields[(int)field];
            Arguments.Fill(info, new NativeFieldInfo
            {
                Kind = (uint)schema.Kind,
                Missing = (uint)schema.Missing,
                FieldName = open.Name(field, out uint size),
                NameSize = size,
            });
            return CtrStatus.Ok;
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    /// <summary><c>ctr_field_find</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Find(nint model, byte* name, uint* field)
    {
        try
        {
            SchemaEncoder encoder = HandleTable.Find(model).Model.Encoder;
            Arguments.NotNull(name, "name");
            Arguments.NotNull(field, "field");
            ReadOnlySpan<byte> utf8 = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            if (!encoder.TryFindField(utf8, out uint found))
                throw new CtrException(CtrStatus.UnknownField, $"the model has no field {InputError.Quote(utf8)}");
            *field = found;
            return CtrStatus.Ok;
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }

    /// <summary><c>ctr_key</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Key(nint model, uint field, byte* utf8, nuint size, ulong* key)
    {
        try
        {
            SchemaEncoder encoder = HandleTable.Find(model).Model.Encoder;
            Arguments.NotNull(key, "key");
            *key = encoder.Key(field, Arguments.Text(utf8, size, "utf8"));
            return CtrStatus.Ok;
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
    }
}
