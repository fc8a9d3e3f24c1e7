using System.Runtime.InteropServices;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Tests.Kernels;

/// <summary>A weight table of any kind in memory of its own, filled by a seeded generator, padding lanes zero as in a file.</summary>
internal sealed unsafe class TestModel : IDisposable
{
    private readonly void* _slots;
    private readonly void* _pairs;

    public TestModel(ModelKind kind, int fields, int latent, int slots, Random random, Func<Random, float> weight, int pairBits = 12)
    {
        Kind = kind;
        Fields = fields;
        Slots = slots;
        SlotLayout layout = SlotLayout.Of(kind.LatentBlocks(fields), latent);
        _slots = NativeMemory.AlignedAlloc((nuint)slots * (nuint)layout.Stride, 4096);
        NativeMemory.Clear(_slots, (nuint)slots * (nuint)layout.Stride);
        if (kind.HasPairTable) _pairs = NativeMemory.AlignedAlloc((nuint)4 << pairBits, 4096);
        Weights = new()
        {
            Slots = (byte*)_slots,
            Stride = (nuint)layout.Stride,
            LinearOffset = (nuint)layout.LinearOffset,
            Latent = layout.PaddedLatent,
            Bias = weight(random),
            Pairs = (float*)_pairs,
            PairBits = pairBits,
        };
        for (uint slot = 0; slot < slots; slot++)
        {
            float* row = Weights.Row(slot);
            for (int block = 0; block < kind.LatentBlocks(fields); block++)
            {
                for (int l = 0; l < latent; l++) row[(block * layout.PaddedLatent) + l] = weight(random);
            }

            *(float*)((byte*)row + layout.LinearOffset) = weight(random);
        }

        if (kind.HasPairTable)
        {
            for (int i = 0; i < 1 << pairBits; i++) Weights.Pairs[i] = weight(random);
        }
    }

    public ModelKind Kind { get; }

    public int Fields { get; }

    public int Slots { get; }

    public WeightTable Weights { get; }

    public Kernel Kernel(KernelLevel level) => Kind.CreateKernel(level, Weights.Latent);

    /// <summary>The kernel's answer for a row.</summary>
    public RowTerms Evaluate(KernelLevel level, TestRow row)
    {
        fixed (Feature* features = row.Features)
        fixed (ulong* keys = row.Keys)
            return Kernel(level).Evaluate(Weights, features, row.Features.Length, keys);
    }

    /// <summary>The reference's answer for a row.</summary>
    public ReferenceTerms Reference(TestRow row) => ReferenceModel.Evaluate(Kind.Name, Weights, row.Features, row.Keys);

    public void Dispose()
    {
        NativeMemory.AlignedFree(_slots);
        NativeMemory.AlignedFree(_pairs);
    }
}
