using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using CtrRuntime.Input;

namespace CtrRuntime.Native;

/// <summary>Raw values of an impression → row.</summary>
internal static unsafe class EncodeCalls
{
    private const uint Missing = 0;
    private const uint Text = 1;
    private const uint Number = 2;

    /// <summary>Models of up to this many fields are encoded without memory beyond the stack.</summary>
    private const int StackFields = 1024;

    /// <summary><c>ctr_encode</c>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static CtrStatus Encode(nint model, NativeValue* values, nuint count, NativeRowBuffer* row)
    {
        NativeValue** heap = null;
        try
        {
            SchemaEncoder encoder = HandleTable.Find(model).Model.Encoder;
            if (count != 0) Arguments.NotNull(values, "values");
            CheckRow(row);
            int fields = encoder.Schema.Fields.Count;
            NativeValue** stack = stackalloc NativeValue*[StackFields];
            if (fields > StackFields) heap = (NativeValue**)NativeMemory.Alloc((nuint)fields, (nuint)sizeof(NativeValue*));
            NativeValue** byField = heap == null ? stack : heap;
            Sort(values, count, byField, fields);
            return Write(encoder, byField, fields, row);
        }
        catch (Exception e)
        {
            return LastError.Set(e);
        }
        finally
        {
            NativeMemory.Free(heap);
        }
    }

    private static void CheckRow(NativeRowBuffer* row)
    {
        Arguments.Input(row);
        Arguments.Zero(row->Reserved, "ctr_row_buffer.reserved");
        if (row->Capacity == 0) return;
        Arguments.NotNull(row->Fields, "ctr_row_buffer.fields");
        Arguments.NotNull(row->Keys, "ctr_row_buffer.keys");
        Arguments.NotNull(row->Values, "ctr_row_buffer.values");
    }

    /// <summary>The value of each field, NULL where there is none.</summary>
    private static void Sort(NativeValue* values, nuint count, NativeValue** byField, int fields)
    {
        new Span<nint>(byField, fields).Clear();
        for (nuint i = 0; i < count; i++)
        {
            uint field = values[i].Field;
            if (field >= (uint)fields) throw new CtrException(CtrStatus.UnknownField, $"value {i}: field {field} of {fields}");
            if (byField[field] != null) throw Arguments.Invalid($"value {i}: field {field} has a value already");
            byField[field] = values + i;
        }
    }

    private static CtrStatus Write(SchemaEncoder encoder, NativeValue** byField, int fields, NativeRowBuffer* row)
    {
        ulong written = 0;
        for (uint field = 0; field < (uint)fields; field++)
        {
            EncodeResult result = Encode(encoder, field, byField[field], out FeatureValue feature);
            if (result == EncodeResult.None) continue;
            if (result != EncodeResult.Feature) throw Refused(encoder, field, byField[field]);
            if (written < row->Capacity)
            {
                row->Fields[written] = feature.Field;
                row->Keys[written] = feature.Key;
                row->Values[written] = feature.Value;
            }

            written++;
        }

        row->Count = written;
        return written <= row->Capacity
            ? CtrStatus.Ok
            : LastError.Set(CtrStatus.BufferTooSmall, $"the row has {written} features, the buffer holds {row->Capacity}");
    }

    private static EncodeResult Encode(SchemaEncoder encoder, uint field, NativeValue* value, out FeatureValue feature)
    {
        switch (value == null ? Missing : value->Type)
        {
            case Missing:
                return encoder.EncodeMissing(field, out feature);
            case Text:
                return encoder.EncodeText(field, Arguments.Text(value->Text, (nuint)value->Size, "ctr_value.text"), out feature);
            case Number:
                return encoder.EncodeNumber(field, value->Number, out feature);
            default:
                throw Arguments.Invalid($"the value of field {field} has type {value->Type}");
        }
    }

    private static CtrException Refused(SchemaEncoder encoder, uint field, NativeValue* value)
    {
        string name = encoder.Schema.Fields[(int)field].Name;
        string where = name.Length == 0 ? $"field {field}" : $"field {InputError.Quote(name)}";
        string what = value->Type == Number
            ? $"{value->Number:R}"
            : InputError.Quote(Arguments.Text(value->Text, (nuint)value->Size, "ctr_value.text"));
        return new CtrException(CtrStatus.FieldValue, $"{where}: {what} does not fit");
    }
}
