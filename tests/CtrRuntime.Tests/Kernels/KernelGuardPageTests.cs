using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Tests.Kernels;

/// <summary>
/// Kernels read nothing outside the slots, the pair table, the features and the keys: each of them lies flush with a page that
/// may not be touched, once after it and once before it. A kernel that reads too far ends the test run.
/// </summary>
public sealed unsafe class KernelGuardPageTests
{
    public static TheoryData<string, int> KindsAndLatents()
    {
        var data = new TheoryData<string, int>();
        foreach (ModelKind kind in ModelKinds.All)
        {
            foreach (int latent in kind.HasLatent ? [4, 8, 12, 16] : (int[])[0]) data.Add(kind.Name, latent);
        }

        return data;
    }

    [Theory, MemberData(nameof(KindsAndLatents))]
    public void Nothing_outside_the_buffers_is_read(string kindName, int latent)
    {
        ModelKind kind = ModelKinds.Find(kindName)!;
        KernelLevel[] levels = [.. new[] { KernelLevel.V2, KernelLevel.V3, KernelLevel.V4 }.Where(KernelLevels.IsSupported)];
        int fields = kind.ExactFields ?? 20, slots = 9, pairBits = 3;
        var layout = SlotLayout.Of(kind.LatentBlocks(fields), latent);
        foreach (bool atStart in (bool[])[true, false])
        {
            // The last slot ends with its linear weight here, so that even the slot's own padding is out of bounds.
            nuint size = (nuint)(((slots - 1) * layout.Stride) + layout.LinearOffset + sizeof(float));
            using var weights = new GuardedBuffer(size, atStart);
            using var pairs = new GuardedBuffer((nuint)sizeof(float) << pairBits, atStart);
            new Span<float>(weights.Pointer, (int)(size / sizeof(float))).Fill(0.25f);
            new Span<float>(pairs.Pointer, 1 << pairBits).Fill(0.25f);
            var table = new WeightTable
            {
                Slots = weights.Pointer, Stride = (nuint)layout.Stride, LinearOffset = (nuint)layout.LinearOffset,
                Latent = layout.PaddedLatent, Pairs = (float*)pairs.Pointer, PairBits = pairBits,
            };
            for (int length = 0; length <= (kind.ExactFields ?? 257); length++)
            {
                using var features = new GuardedBuffer((nuint)(length * sizeof(Feature)), atStart);
                using var keys = new GuardedBuffer((nuint)length * sizeof(ulong), atStart);
                var row = (Feature*)features.Pointer;
                for (int i = 0; i < length; i++)
                {
                    row[i] = new() { Slot = (uint)((length - 1 - i) % slots), Field = (uint)(i * (long)fields / length), Value = 1, Position = (uint)i };
                    ((ulong*)keys.Pointer)[i] = (ulong)i;
                }

                // Every pair product is known: .25 for POLY2, kA · .0625 for the latent kinds.
                double pairCount = length * (length - 1.0) / 2;
                double expected = pairCount * (kind.HasPairTable ? 0.25 : layout.PaddedLatent * 0.0625);
                foreach (KernelLevel level in levels)
                {
                    Kernel kernel = kind.CreateKernel(level, layout.PaddedLatent);
                    RowTerms terms = kernel.Evaluate(table, row, length, (ulong*)keys.Pointer);
                    Assert.Equal(new RowTerms(length * 0.25, expected), terms);
                }
            }
        }
    }
}
