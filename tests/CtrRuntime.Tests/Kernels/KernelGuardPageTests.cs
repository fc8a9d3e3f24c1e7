using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Tests.Kernels;

/// <summary>
/// Kernels read nothing outside the slots, the pair table, the features and the keys: each of them lies flush with a page that
/// may not be touched, once after it and once before it. A kernel that reads too far ends the test run.
/// </summary>
public sealed unsafe class KernelGuardPageTests
{
    private const int Longest = 257;

    public static TheoryData<string, int, WeightType> KindsAndLatents()
    {
        var data = new TheoryData<string, int, WeightType>();
        foreach (ModelKind kind in ModelKinds.All)
        {
            foreach (int latent in kind.HasLatent ? [4, 8, 12, 16] : (int[])[0])
            {
                foreach (WeightType type in WeightTypes.All) data.Add(kind.Name, latent, type);
            }
        }

        return data;
    }

    /// <summary>Every pair product is known: 1/4 for POLY2, kA/16 for the latent kinds.</summary>
    [Theory, MemberData(nameof(KindsAndLatents))]
    public void Nothing_outside_the_buffers_is_read(string kindName, int latent, WeightType type)
    {
        ModelKind kind = ModelKinds.Find(kindName)!;
        KernelLevel[] levels = [.. KernelLevels.Supported];
        const int slots = 9, pairBits = 3;
        int fields = kind.ExactFields ?? 19;
        var layout = SlotLayout.Of(kind.LatentBlocks(fields), latent, type);
        foreach (bool atStart in (bool[])[true, false])
        {
            // Slots are read in whole blocks of fields, so up to their stride: what is behind the last latent vector must not matter.
            using var weights = new GuardedBuffer((nuint)(slots * layout.Stride), atStart);
            new Span<byte>(weights.Pointer, slots * layout.Stride).Fill(0x7F);
            using var pairs = new GuardedBuffer((nuint)type.Size() << pairBits, atStart);
            for (int slot = 0; slot < slots && layout.Stride > 0; slot++)
            {
                byte* row = weights.Pointer + (slot * layout.Stride);
                for (int i = 0; i < layout.Blocks * layout.PaddedLatent; i++) Put(row, i, type);
                if (type == WeightType.Int8) *(float*)(row + layout.ScaleOffset) = 0.25f;
            }

            for (int i = 0; i < 1 << pairBits; i++) Put(pairs.Pointer, i, type);
            using var zeros = new GuardedBuffer(layout.ZeroBytes, atStart);
            var table = new WeightTable
            {
                Slots = weights.Pointer, ZeroSlot = zeros.Pointer, Stride = (nuint)layout.Stride, ScaleOffset = (nuint)layout.ScaleOffset, Latent = layout.PaddedLatent,
                Blocks = layout.Blocks, Type = type, Pairs = pairs.Pointer, PairBits = pairBits, PairScale = 0.25f,
            };
            for (int length = 0; length <= (kind.ExactFields ?? Longest); length++)
            {
                double pairCount = length * (length - 1.0) / 2;
                double product = kind.HasPairTable ? 0.25 : layout.PaddedLatent * 0.0625, expected = pairCount * product;
                foreach (KernelLevel level in levels) CheckLength(kind.CreateKernel(level, layout.PaddedLatent, type), table, fields, length, atStart, expected, product);
            }
        }
    }

    private static void CheckLength(Kernel kernel, in WeightTable nearTable, int fields, int length, bool atStart, double expected, double product)
    {
        // The scorer's own arrays have room for more, the caller's have none.
        nuint room = (nuint)length + RowGroup.Padding;
        using var slots = new GuardedBuffer(room * (nuint)sizeof(byte*), atStart);
        using var nextSlots = new GuardedBuffer(room * (nuint)sizeof(byte*), atStart);
        using var unknown = new GuardedBuffer((room / 64 + 1) * sizeof(ulong), atStart);
        using var keys = new GuardedBuffer((nuint)length * sizeof(ulong), atStart);
        using var rowFields = new GuardedBuffer((nuint)length * sizeof(uint), atStart);
        using var values = new GuardedBuffer((nuint)length * sizeof(float), atStart);
        using var memory = new GuardedBuffer(kernel.MemoryFor(nearTable, length), atStart);
        using var nextMemory = new GuardedBuffer(kernel.MemoryFor(nearTable, length), atStart);
        using var scratch = new GuardedBuffer(kernel.ScratchFor(length), atStart);
        bool inFieldOrder = length <= fields;
        for (int i = 0; i < length; i++)
        {
            ((byte**)slots.Pointer)[i] = ((byte**)nextSlots.Pointer)[i] = nearTable.Row((uint)((length - 1 - i) % 9));
            ((uint*)rowFields.Pointer)[i] = inFieldOrder ? (uint)i : (uint)(i * (long)fields / length);
            ((ulong*)keys.Pointer)[i] = (ulong)i;
            ((float*)values.Pointer)[i] = 1;
        }

        ulong* offsets = stackalloc ulong[] { 0, (ulong)length };
        foreach ((bool ones, bool far) in ((bool, bool)[])[(true, false), (false, false), (true, true), (false, true)])
        {
            // Slots that are many are asked for ahead.
            WeightTable table = nearTable;
            if (far) table.SlotBytes = nuint.MaxValue;
            var group = new RowGroup
            {
                Rows = 1, Count = length, Offsets = offsets, Keys = (ulong*)keys.Pointer, Fields = (uint*)rowFields.Pointer,
                Values = ones ? null : (float*)values.Pointer, Slots = (byte**)slots.Pointer, Unknown = (ulong*)unknown.Pointer, Memory = memory.Pointer,
            };
            RowGroup next = group;
            next.Slots = (byte**)nextSlots.Pointer;
            next.Memory = nextMemory.Pointer;
            kernel.Arrange(table, group);
            kernel.Arrange(table, next);
            double pairs;
            kernel.Pairs(table, group, next, &pairs, scratch.Pointer);
            Assert.Equal(expected, pairs);
            using var contextMemory = new GuardedBuffer(kernel.ContextSize(table, length), atStart);
            var context = new KernelContext { Memory = contextMemory.Pointer, Count = length };
            kernel.Prepare(table, group, context, scratch.Pointer);
            kernel.Arrange(table, group);
            kernel.CandidatePairs(table, context, group, next, &pairs, scratch.Pointer);

            // Every feature meets every one of the same features: those it is paired with twice, and itself.
            Assert.Equal(3 * expected + (length * product), pairs);
        }
    }

    private static void Put(byte* weights, int element, WeightType type)
    {
        switch (type)
        {
            case WeightType.Float32: ((float*)weights)[element] = 0.25f; break;
            case WeightType.BFloat16: ((ushort*)weights)[element] = 0x3E80; break;
            default: ((sbyte*)weights)[element] = 1; break;
        }
    }
}
