using System.Runtime.Intrinsics;

namespace CtrRuntime.Kernels;

/// <summary>
/// A row by field, from its first field to its last: what <see cref="FieldBlocks"/> read. A slot here points to the latent vector for the first of these
/// fields. Lies in a group's memory, one behind the other.
/// </summary>
internal unsafe struct FieldSlots
{
    /// <summary>Most fields.</summary>
    public const int MostFields = 512;

    /// <summary>Most features beyond the first of their field.</summary>
    public const int MostExtras = 16;

    /// <summary>What fields start at, so that blocks of latent vectors start where cache lines do.</summary>
    private const uint Alignment = 8;

    private const int Header = 64, Padding = 2 * FieldBlocks.Fields;

    /// <summary>Whether the row is here: else it is one for <see cref="FieldPairs{TOps, TVector, TWide, TWeights}"/>.</summary>
    public bool IsSet;

    /// <summary>Number of features beyond the first of their field.</summary>
    public int Extras;

    /// <summary>The first field.</summary>
    public int First;

    /// <summary>Number of fields.</summary>
    public int Fields;

    /// <summary>A slot for each field, zeros for missing ones.</summary>
    public byte** Slots;

    /// <summary>The value of each field's feature, 0 for missing ones; null if all are 1.</summary>
    public float* Values;

    /// <summary>Bytes of memory for a row by so many fields; a multiple of 64.</summary>
    public static nuint Size(int fields) =>
        ((nuint)(Header + (MostExtras * sizeof(ulong)) + ((fields + Padding) * (sizeof(ulong) + sizeof(float)))) + 63) & ~(nuint)63;

    /// <summary>The features beyond the first of their field, as orders.</summary>
    public static ulong* ExtrasOf(FieldSlots* row) => (ulong*)((byte*)row + Header);

    /// <summary>Puts a row by field if it has most fields between its first and its last; answers whether it has.</summary>
    /// <param name="to">Memory of <see cref="Size"/> bytes.</param>
    /// <param name="row">The row; <see cref="RowGroup.Padding"/> more slots may be read.</param>
    /// <param name="weights">The model's.</param>
    /// <param name="vector">Bytes of a latent vector.</param>
    public static bool Set(FieldSlots* to, in RowFeatures row, in WeightTable weights, int vector)
    {
        to->IsSet = false;
        if (row.Count == 0) return false;
        uint* rowFields = row.Fields;
        int fields = weights.Blocks, first = rowFields == null ? 0 : (int)rowFields[0], end = first + row.Count;
        bool inOrder = first % Alignment == 0 && (rowFields == null || (end <= fields && AreInOrder(rowFields, row.Count)));
        if (!inOrder) Range(row, out first, out end);
        if (2 * row.Count < end - first) return false;
        byte** slots = (byte**)(ExtrasOf(to) + MostExtras), rowSlots = row.Slots;
        float* values = (float*)(slots + fields + Padding), rowValues = row.Values;
        bool valued = rowValues != null;
        int count = end - first;
        nuint shift = (nuint)first * (nuint)vector;
        byte* zero = weights.ZeroSlot, missing = zero + shift;
        to->Extras = 0;
        to->First = first;
        to->Fields = count;
        to->Slots = slots;
        to->Values = valued ? values : null;
        if (inOrder)
        {
            // In whole vectors: both arrays have room.
            Vector512<ulong> shifts = Vector512.Create((ulong)shift);
            for (int f = 0; f < count; f += Vector512<ulong>.Count) (Vector512.Load((ulong*)rowSlots + f) + shifts).Store((ulong*)slots + f);
            Vector512.Create((ulong)missing).Store((ulong*)slots + count);
            if (valued)
            {
                new Span<float>(rowValues, count).CopyTo(new Span<float>(values, count));
                Vector256<float>.Zero.Store(values + count);
            }

            return to->IsSet = true;
        }

        new Span<nuint>(slots, count + FieldBlocks.Fields).Fill((nuint)missing);
        if (valued) new Span<float>(values, count + FieldBlocks.Fields).Clear();
        int extras = 0;
        for (int i = 0, features = row.Count; i < features; i++)
        {
            byte* slot = rowSlots[i];
            if (slot == zero) continue;
            uint field = rowFields[i] - (uint)first;
            if (slots[field] == missing)
            {
                slots[field] = slot + shift;
                if (valued) values[field] = rowValues[i];
                continue;
            }

            if (extras == MostExtras) return false;
            ExtrasOf(to)[extras++] = FeatureOrder.Of(rowFields[i], i);
        }

        to->Extras = extras;
        return to->IsSet = true;
    }

    /// <summary>The fields from the first to the last of a row.</summary>
    private static void Range(in RowFeatures row, out int first, out int end)
    {
        uint least = uint.MaxValue, most = 0;
        for (int i = 0; i < row.Count; i++)
        {
            least = Math.Min(least, row.Fields[i]);
            most = Math.Max(most, row.Fields[i]);
        }

        first = (int)(least / Alignment * Alignment);
        end = (int)most + 1;
    }

    /// <summary>Whether each field is the one after the one before it.</summary>
    private static bool AreInOrder(uint* fields, int count)
    {
        if (count < 8)
        {
            uint any = 0;
            for (int i = 0; i < count; i++) any |= fields[i] ^ (fields[0] + (uint)i);
            return any == 0;
        }

        Vector256<uint> different = Vector256<uint>.Zero, eight = Vector256.Create(8u);
        Vector256<uint> start = Vector256.Create(fields[0]) + Vector256<uint>.Indices, numbers = start;
        for (int i = 0; i + 8 <= count; i += 8, numbers += eight) different |= Vector256.Load(fields + i) ^ numbers;

        // The last vector overlaps the one before it.
        different |= Vector256.Load(fields + count - 8) ^ (start + Vector256.Create((uint)count - 8));
        return different == Vector256<uint>.Zero;
    }
}
