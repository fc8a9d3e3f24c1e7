using System.Runtime.Intrinsics;

namespace CtrRuntime.Kernels;

/// <summary>A row by field: what <see cref="FieldBlocks"/> read. Lies in a group's memory, one behind the other.</summary>
internal unsafe struct FieldSlots
{
    /// <summary>Most fields.</summary>
    public const int MostFields = 512;

    /// <summary>Most features beyond the first of their field.</summary>
    public const int MostExtras = 64;

    private const int Header = 64, Padding = 2 * FieldBlocks.Fields;

    /// <summary>Whether the row is here: else it is one for <see cref="FieldPairs{TOps, TVector, TWide, TWeights}"/>.</summary>
    public bool IsSet;

    /// <summary>Number of features beyond the first of their field.</summary>
    public int Extras;

    /// <summary>A slot for each field, zeros for missing ones.</summary>
    public byte** Slots;

    /// <summary>The value of each field's feature, 0 for missing ones; null if all are 1.</summary>
    public float* Values;

    /// <summary>Bytes of memory for a row by so many fields; a multiple of 64.</summary>
    public static nuint Size(int fields) =>
        ((nuint)(Header + ((fields + Padding) * (sizeof(ulong) + sizeof(float)))) + 63) & ~(nuint)63;

    /// <summary>Puts a row by field; answers whether that was possible.</summary>
    /// <param name="to">Memory of <see cref="Size"/> bytes.</param>
    /// <param name="row">The row; <see cref="RowGroup.Padding"/> more slots may be read.</param>
    /// <param name="fields">Fields of the model.</param>
    /// <param name="zero">The slot of zeros.</param>
    public static bool Set(FieldSlots* to, in RowFeatures row, int fields, byte* zero)
    {
        byte** slots = (byte**)((byte*)to + Header), rowSlots = row.Slots;
        float* values = (float*)(slots + fields + Padding), rowValues = row.Values;
        uint* rowFields = row.Fields;
        bool valued = rowValues != null;
        to->IsSet = true;
        to->Extras = 0;
        to->Slots = slots;
        to->Values = valued ? values : null;
        if (row.Count == fields && (rowFields == null || AreInOrder(rowFields, fields)))
        {
            // In whole vectors: both arrays have room.
            for (int f = 0; f < fields; f += Vector512<ulong>.Count) Vector512.Load((ulong*)rowSlots + f).Store((ulong*)slots + f);
            Vector512.Create((ulong)zero).Store((ulong*)slots + fields);
            if (!valued) return true;
            new Span<float>(rowValues, fields).CopyTo(new Span<float>(values, fields));
            Vector256<float>.Zero.Store(values + fields);
            return true;
        }

        new Span<nuint>(slots, fields + FieldBlocks.Fields).Fill((nuint)zero);
        if (valued) new Span<float>(values, fields + FieldBlocks.Fields).Clear();
        int extras = 0;
        for (int i = 0, count = row.Count; i < count; i++)
        {
            byte* slot = rowSlots[i];
            if (slot == zero) continue;
            uint field = rowFields[i];
            if (slots[field] == zero)
            {
                slots[field] = slot;
                if (valued) values[field] = rowValues[i];
                continue;
            }

            if (++extras > MostExtras) return to->IsSet = false;
        }

        to->Extras = extras;
        return true;
    }

    /// <summary>Whether fields are 0, 1, 2, ….</summary>
    private static bool AreInOrder(uint* fields, int count)
    {
        Vector256<uint> different = Vector256<uint>.Zero, eight = Vector256.Create(8u), numbers = Vector256<uint>.Indices;
        if (count < 8)
        {
            uint any = 0;
            for (int i = 0; i < count; i++) any |= fields[i] ^ (uint)i;
            return any == 0;
        }

        for (int i = 0; i + 8 <= count; i += 8, numbers += eight) different |= Vector256.Load(fields + i) ^ numbers;

        // The last vector overlaps the one before it.
        different |= Vector256.Load(fields + count - 8) ^ (Vector256<uint>.Indices + Vector256.Create((uint)count - 8));
        return different == Vector256<uint>.Zero;
    }
}
