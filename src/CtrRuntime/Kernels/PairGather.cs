using System.Runtime.CompilerServices;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// POLY2 (Chang et al., JMLR 2010): Σ_{i&lt;j} w[h(key_i, key_j)] x_i x_j over the known features of a row, h being <see cref="PairHash"/>. A feature
/// is not paired with itself; one that occurs twice is two features.
/// <para>
/// The pairs of a row, numbered i by i and for each i by j &gt; i, are taken in segments of <see cref="Segment"/>: hashed, read from the table
/// into an array, added up from there. While a segment is read, the next one, which is of the same row or of the next,
/// has been hashed and its weights are asked for.
/// </para>
/// <para>
/// All sums in double: pair p of a segment, w · (x_i x_j), goes to accumulator p mod <see cref="Lanes"/>, in their order; the accumulators are added
/// halves on halves, the segments in their order. x_i x_j is exact, and the product is rounded before it is added: all levels give the same bits.
/// Error: at most (Segment/16 + 6 + segments) · 2⁻⁵³ · Σ|w x x|, at most 2⁻⁴⁶ up to 300 features and 2⁻³⁹ up to 4000.
/// Cost: n(n−1)/2 hashes and as many loads from anywhere in the table.
/// </para>
/// </summary>
internal static unsafe class PairGather<TOps, TVector, TWide, TWeights>
    where TOps : struct, IVectorOps<TVector, TWide>
    where TVector : unmanaged
    where TWide : unmanaged
    where TWeights : struct, IWeights
{
    /// <summary>Pairs of a segment.</summary>
    private const int Segment = 512;

    /// <summary>A table of at most so many bytes counts as being in a near cache, where asking for a weight costs more than waiting for it.</summary>
    private const nuint SmallTable = 1024 * 1024;

    /// <summary>Accumulators of a sum.</summary>
    private const int Lanes = 16;

    private const int EntryBytes = (Segment + Lanes) * sizeof(uint);
    private const int WeightBytes = (Segment + Lanes) * sizeof(float);
    private const int FactorBytes = (Segment + Lanes) * sizeof(double);

    /// <summary>Bytes of memory of a row between <see cref="Arrange"/> and <see cref="Pairs"/>.</summary>
    public static nuint MemoryFor(int features) =>
        (nuint)(sizeof(PairRow) + EntryBytes) + ((((nuint)features + RowGroup.Padding) * (sizeof(ulong) + sizeof(float)) + 63) & ~(nuint)63);

    /// <summary>Bytes of memory that <see cref="Pairs"/> needs for itself.</summary>
    public static nuint Scratch => EntryBytes + WeightBytes + FactorBytes;

    /// <summary>Hashes the first segment of a row: a group is one row.</summary>
    public static void Arrange(in WeightTable weights, in RowGroup group)
    {
        PairRow* row = (PairRow*)group.Memory;
        row->Entries = (uint*)(group.Memory + sizeof(PairRow));
        row->Keys = (ulong*)(group.Memory + sizeof(PairRow) + EntryBytes);
        row->Values = group.Values == null ? null : (float*)(row->Keys + group.Count + RowGroup.Padding);
        row->Known = Known(group, row->Keys, row->Values);
        row->I = 0;
        row->J = 1;
        row->Count = Hash(row, weights.PairBits, row->Entries);
    }

    /// <summary>Asks for the weights of the first segment, which <see cref="Pairs"/> does for the row after its own.</summary>
    public static void AskForFirst(in WeightTable weights, in RowGroup group)
    {
        PairRow* row = (PairRow*)group.Memory;
        if (IsSmall(weights)) return;
        for (nuint p = 0; p < row->Count; p++) Ask(weights.Pairs, row->Entries[p]);
    }

    /// <summary>The pair sum of a row: a group is one row.</summary>
    public static void Pairs(in WeightTable weights, in RowGroup group, in RowGroup next, double* pairs, byte* scratch)
    {
        PairRow* row = (PairRow*)group.Memory, nextRow = next.Rows == 0 ? null : (PairRow*)next.Memory;
        bool asks = !IsSmall(weights);
        byte* table = weights.Pairs, gathered = scratch + EntryBytes;
        double* factors = (double*)(gathered + WeightBytes);
        uint* entries = row->Entries, spare = (uint*)scratch;
        nuint count = row->Count, i = 0, j = 1;
        double total = 0;
        while (true)
        {
            nuint later = Hash(row, weights.PairBits, spare);
            if (asks && later != 0)
                Gather(table, entries, count, spare, later, gathered);
            else if (asks && nextRow != null)
                Gather(table, entries, count, nextRow->Entries, nextRow->Count, gathered);
            else
                Gather(table, entries, count, null, 0, gathered);

            if (row->Values == null)
            {
                total += Sum(gathered, count);
            }
            else
            {
                Multiply(row, count, ref i, ref j, factors);
                total += Sum(gathered, factors, count);
            }

            if (later == 0) break;
            uint* read = entries;
            entries = spare;
            spare = read;
            count = later;
        }

        *pairs = TWeights.IsScaled ? weights.PairScale * total : total;
    }

    /// <summary>A context keeps a double for each feature, its value, 0 if it is unknown; and behind these its key, with room to read some more.</summary>
    public static nuint ContextSize(int count) => (((nuint)count * 2) + PairEntries.Padding) * sizeof(ulong);

    /// <summary>Writes a context.</summary>
    public static void Prepare(in RowGroup group, in KernelContext context)
    {
        var values = (double*)context.Memory;
        var keys = (ulong*)(values + context.Count);
        for (int i = 0; i < context.Count; i++)
        {
            values[i] = group.IsUnknown(i) ? 0 : group.Values == null ? 1 : group.Values[i];
            keys[i] = group.Keys[i];
        }

        for (int i = context.Count; i < context.Count + PairEntries.Padding; i++) keys[i] = 0;
    }

    /// <summary>The pairs of a row with a context: for each of its features Σ w x over the context, in double, segment by segment.</summary>
    public static double ContextPairs(in WeightTable weights, in KernelContext context, in RowGroup group, byte* scratch)
    {
        PairRow* row = (PairRow*)group.Memory;
        var values = (double*)context.Memory;
        var keys = (ulong*)(values + context.Count);
        uint* entries = (uint*)scratch;
        byte* table = weights.Pairs, gathered = scratch + EntryBytes;
        double* factors = (double*)(gathered + WeightBytes);
        double total = 0;
        for (nuint j = 0; j < row->Known; j++)
        {
            double sum = 0;
            for (nuint first = 0; first < (nuint)context.Count; first += Segment)
            {
                nuint count = Math.Min(Segment, (nuint)context.Count - first);
                PairEntries.Write(row->Keys[j], keys + first, count, weights.PairBits, entries);
                Gather(table, entries, count, null, 0, gathered);
                new Span<double>(values + first, (int)count).CopyTo(new Span<double>(factors, (int)count));
                new Span<double>(factors + count, Lanes).Clear();
                sum += Sum(gathered, factors, count);
            }

            total += row->Values == null ? sum : row->Values[j] * sum;
        }

        return TWeights.IsScaled ? weights.PairScale * total : total;
    }

    /// <summary>Copies the keys and the values of the known features, and answers how many these are.</summary>
    private static nuint Known(in RowGroup group, ulong* keys, float* values)
    {
        ulong* fromKeys = group.Keys;
        float* fromValues = group.Values;
        nuint count = (nuint)group.Count, known = 0;
        for (nuint first = 0; first < count; first += 64)
        {
            nuint size = Math.Min(64, count - first);
            ulong unknown = group.Unknown[first / 64];
            if (unknown == 0)
            {
                Unsafe.CopyBlockUnaligned(keys + known, fromKeys + first, (uint)(size * sizeof(ulong)));
                if (values != null) Unsafe.CopyBlockUnaligned(values + known, fromValues + first, (uint)(size * sizeof(float)));
                known += size;
                continue;
            }

            // Without a branch for each: the next known feature takes the place of an unknown one.
            for (nuint i = 0; i < size; i++, unknown >>= 1)
            {
                keys[known] = fromKeys[first + i];
                if (values != null) values[known] = fromValues[first + i];
                known += (nuint)(~unknown & 1);
            }
        }

        return known;
    }

    /// <summary>Writes the entries of the row's next pairs, and answers how many these are; 0 at its end.</summary>
    private static nuint Hash(PairRow* row, int bits, uint* entries)
    {
        ulong* keys = row->Keys;
        nuint known = row->Known, i = row->I, j = row->J, count = 0;
        while (count < Segment && j < known)
        {
            nuint size = Math.Min(known - j, Segment - count);
            PairEntries.Write(keys[i], keys + j, size, bits, entries + count);
            count += size;
            j += size;
            if (j != known) break;
            i++;
            j = i + 1;
        }

        row->I = i;
        row->J = j;
        return count;
    }

    /// <summary>Writes x_i x_j of the next <paramref name="count"/> pairs, and zeros up to the next multiple of <see cref="Lanes"/>.</summary>
    private static void Multiply(PairRow* row, nuint count, ref nuint pairI, ref nuint pairJ, double* factors)
    {
        float* values = row->Values;
        nuint known = row->Known, i = pairI, j = pairJ;
        double* end = factors + count;
        while (factors != end)
        {
            nuint size = Math.Min(known - j, (nuint)(end - factors));
            TWide one = TOps.Widen(TOps.Broadcast(values[i]));
            for (nuint p = 0; p < size; p += (nuint)TOps.Width)
                *(TWide*)(factors + p) = TOps.WideMultiplyAdd(one, TOps.Widen(TOps.Load(values + j + p)), default);
            factors += size;
            j += size;
            if (j != known) break;
            i++;
            j = i + 1;
        }

        for (nuint p = 0; p < Lanes; p++) end[p] = 0;
        pairI = i;
        pairJ = j;
    }

    /// <summary>
    /// Copies the weights of some entries, as they are stored, with zeros up to the next multiple of <see cref="Lanes"/>; asks for those
    /// of the entries that come later.
    /// </summary>
    private static void Gather(byte* table, uint* entries, nuint count, uint* later, nuint laterCount, byte* to)
    {
        nuint p = 0, both = Math.Min(count, laterCount) & ~(nuint)3;
        for (; p < both; p += 4)
        {
            Ask(table, later[p]);
            Copy(table, entries[p], to, p);
            Ask(table, later[p + 1]);
            Copy(table, entries[p + 1], to, p + 1);
            Ask(table, later[p + 2]);
            Copy(table, entries[p + 2], to, p + 2);
            Ask(table, later[p + 3]);
            Copy(table, entries[p + 3], to, p + 3);
        }

        for (nuint q = p; q < laterCount; q++) Ask(table, later[q]);
        for (; p + 4 <= count; p += 4)
        {
            Copy(table, entries[p], to, p);
            Copy(table, entries[p + 1], to, p + 1);
            Copy(table, entries[p + 2], to, p + 2);
            Copy(table, entries[p + 3], to, p + 3);
        }

        for (; p < count; p++) Copy(table, entries[p], to, p);
        Unsafe.InitBlockUnaligned(to + (count * (nuint)TWeights.Size), 0, (uint)(Lanes * TWeights.Size));
    }

    private static bool IsSmall(in WeightTable weights) => (nuint)TWeights.Size << weights.PairBits <= SmallTable;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Ask(byte* table, uint entry) => LineFetch.Ask(table + (entry * (nuint)TWeights.Size));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy(byte* table, uint entry, byte* to, nuint place)
    {
        if (TWeights.Size == sizeof(uint))
            ((uint*)to)[place] = ((uint*)table)[entry];
        else if (TWeights.Size == sizeof(ushort))
            ((ushort*)to)[place] = ((ushort*)table)[entry];
        else
            to[place] = table[entry];
    }

    /// <summary>Σ w.</summary>
    private static double Sum(byte* weights, nuint count)
    {
        TWide sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (nuint p = 0; p < count; p += Lanes)
        {
            byte* at = weights + (p * (nuint)TWeights.Size);
            sum0 = TOps.WideAdd(sum0, Weights(at, 0));
            if (TOps.Width <= 8) sum1 = TOps.WideAdd(sum1, Weights(at, 1));
            if (TOps.Width <= 4) sum2 = TOps.WideAdd(sum2, Weights(at, 2));
            if (TOps.Width <= 4) sum3 = TOps.WideAdd(sum3, Weights(at, 3));
        }

        return Total(sum0, sum1, sum2, sum3);
    }

    /// <summary>Σ w x_i x_j.</summary>
    private static double Sum(byte* weights, double* factors, nuint count)
    {
        TWide sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        for (nuint p = 0; p < count; p += Lanes)
        {
            byte* at = weights + (p * (nuint)TWeights.Size);
            TWide* factor = (TWide*)(factors + p);
            sum0 = TOps.WideAdd(sum0, TOps.WideMultiplyAdd(Weights(at, 0), factor[0], default));
            if (TOps.Width <= 8) sum1 = TOps.WideAdd(sum1, TOps.WideMultiplyAdd(Weights(at, 1), factor[1], default));
            if (TOps.Width <= 4) sum2 = TOps.WideAdd(sum2, TOps.WideMultiplyAdd(Weights(at, 2), factor[2], default));
            if (TOps.Width <= 4) sum3 = TOps.WideAdd(sum3, TOps.WideMultiplyAdd(Weights(at, 3), factor[3], default));
        }

        return Total(sum0, sum1, sum2, sum3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TWide Weights(byte* from, int vector) =>
        TOps.Widen(TWeights.Load<TOps, TVector, TWide>(from + (vector * TOps.Width * TWeights.Size)));

    /// <summary>The sum of all lanes of as many vectors as make <see cref="Lanes"/>, halves on halves.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Total(TWide sum0, TWide sum1, TWide sum2, TWide sum3)
    {
        if (TOps.Width == 4) return TOps.Sum(TOps.WideAdd(TOps.WideAdd(sum0, sum2), TOps.WideAdd(sum1, sum3)));
        return TOps.Sum(TOps.Width == 8 ? TOps.WideAdd(sum0, sum1) : sum0);
    }
}
