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
            // The last slot ends with what is used of it, so that even the slot's own padding is out of bounds.
            int used = (layout.Elements * type.Size()) + (type == WeightType.Int8 && layout.Elements > 0 ? sizeof(float) : 0);
            using var weights = new GuardedBuffer((nuint)(layout.Stride == 0 ? 0 : ((slots - 1) * layout.Stride) + used), atStart);
            using var pairs = new GuardedBuffer((nuint)type.Size() << pairBits, atStart);
            for (int slot = 0; slot < slots && layout.Stride > 0; slot++)
            {
                byte* row = weights.Pointer + (slot * layout.Stride);
                for (int i = 0; i < layout.Blocks * layout.PaddedLatent; i++) Put(row, i, type);
                if (type == WeightType.Int8) *(float*)(row + layout.ScaleOffset) = 0.25f;
            }

            for (int i = 0; i < 1 << pairBits; i++) Put(pairs.Pointer, i, type);
            var table = new WeightTable
            {
                Slots = weights.Pointer, Stride = (nuint)layout.Stride, ScaleOffset = (nuint)layout.ScaleOffset, Latent = layout.PaddedLatent,
                Blocks = layout.Blocks, Type = type, Pairs = pairs.Pointer, PairBits = pairBits, PairScale = 0.25f,
            };
            for (int length = 0; length <= (kind.ExactFields ?? Longest); length++)
            {
                double pairCount = length * (length - 1.0) / 2;
                double expected = pairCount * (kind.HasPairTable ? 0.25 : layout.PaddedLatent * 0.0625);
                foreach (KernelLevel level in levels) CheckLength(kind.CreateKernel(level, layout.PaddedLatent, type), table, fields, length, atStart, expected);
            }
        }
    }

    private static void CheckLength(Kernel kernel, in WeightTable table, int fields, int length, bool atStart, double expected)
    {
        using var features = new GuardedBuffer((nuint)((length + Kernel.Padding) * sizeof(Feature)), atStart);
        using var next = new GuardedBuffer((nuint)((length + Kernel.Padding) * sizeof(Feature)), atStart);
        using var keys = new GuardedBuffer((nuint)length * sizeof(ulong), atStart);
        using var scratch = new GuardedBuffer((nuint)(Math.Max(length, Kernel.LeastScratch) * sizeof(FieldRow)), atStart);
        var row = (Feature*)features.Pointer;
        bool inFieldOrder = length <= fields;
        for (int i = 0; i < length; i++)
        {
            uint field = inFieldOrder ? (uint)i : (uint)(i * (long)fields / length);
            row[i] = new() { Row = table.Row((uint)((length - 1 - i) % 9)), Field = field, Value = 1, Position = (uint)i };
            ((Feature*)next.Pointer)[i] = row[i];
            ((ulong*)keys.Pointer)[i] = (ulong)i;
        }

        var current = new KernelRow { Features = row, Count = length, Keys = (ulong*)keys.Pointer };
        KernelRow following = current;
        following.Features = (Feature*)next.Pointer;
        kernel.Arrange(table, ref current);
        kernel.Arrange(table, ref following);
        Assert.Equal(expected, kernel.Pairs(table, current, following, (FieldRow*)scratch.Pointer));
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
