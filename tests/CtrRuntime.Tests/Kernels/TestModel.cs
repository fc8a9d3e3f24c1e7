using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Output;

namespace CtrRuntime.Tests.Kernels;

/// <summary>A weight table of any kind in memory of its own, filled by a seeded generator, padding lanes zero as in a file.</summary>
internal sealed unsafe class TestModel : IDisposable
{
    private readonly WeightBuffer _buffer;

    public TestModel(
        ModelKind kind, int fields, int latent, int slots, Random random, Func<Random, float> weight, int pairBits = 12,
        WeightType type = WeightType.Float32)
    {
        Kind = kind;
        Fields = fields;
        Slots = slots;
        SlotLayout layout = SlotLayout.Of(kind.LatentBlocks(fields), latent, WeightType.Float32);
        var buffer = new WeightBuffer((uint)slots, layout, kind.HasPairTable ? pairBits : -1);
        float bias = weight(random);
        WeightTable table = buffer.Table(bias);
        for (uint slot = 0; slot < slots; slot++)
        {
            float* row = (float*)table.Row(slot);
            for (int block = 0; block < layout.Blocks; block++)
            {
                for (int l = 0; l < latent; l++) row[(block * layout.PaddedLatent) + l] = weight(random);
            }
        }

        if (kind.HasPairTable)
        {
            for (int i = 0; i < 1 << pairBits; i++) ((float*)table.Pairs)[i] = weight(random);
        }

        _buffer = buffer;
        if (type != WeightType.Float32)
        {
            _buffer = WeightQuantizer.Convert(buffer, type);
            buffer.Dispose();
        }

        Weights = _buffer.Table(bias);
    }

    public ModelKind Kind { get; }

    public int Fields { get; }

    public int Slots { get; }

    public WeightTable Weights { get; }

    public Kernel Kernel(KernelLevel level) => Kind.CreateKernel(level, Weights.Latent, Weights.Type);

    /// <summary>The kernel's answer for a row: the pair sum.</summary>
    public double Pairs(KernelLevel level, TestRow row) => Pairs(level, row.Features, row.Keys);

    /// <summary>The kernel's answer for some features, in whatever order.</summary>
    public double Pairs(KernelLevel level, ReadOnlySpan<TestFeature> row, ulong[] keys)
    {
        Kernel kernel = Kernel(level);
        using KernelRow known = Row(kernel, row, keys);
        return known.Pairs(Weights, row.Length);
    }

    /// <summary>The kernel's answer for a row of two parts: the pairs of the context, and those that the candidate adds.</summary>
    public double RankedPairs(KernelLevel level, TestRow row, Predicate<TestFeature> isContext)
    {
        Kernel kernel = Kernel(level);
        TestFeature[] first = Array.FindAll(row.Features, isContext), rest = Array.FindAll(row.Features, f => !isContext(f));
        using KernelRow shared = Row(kernel, first, row.Keys), candidate = Row(kernel, rest, row.Keys);
        fixed (byte* memory = new byte[kernel.ContextSize(Weights, first.Length) + 1])
        {
            var context = new KernelContext { Memory = memory, Count = first.Length };
            double pairs = shared.Pairs(Weights, first.Length), own;
            kernel.Prepare(Weights, shared.Arranged(Weights, first.Length), context, shared.Scratch);
            Assert.True(kernel.IsSound(Weights, context));
            RowGroup group = candidate.Arranged(Weights, rest.Length);
            kernel.CandidatePairs(Weights, context, group, default, &own, candidate.Scratch);
            return pairs + own;
        }
    }

    /// <summary>The reference's answer for a row.</summary>
    public ReferencePairs Reference(TestRow row) => ReferenceModel.Pairs(Kind.Name, Weights, row.Features, row.Keys);

    public void Dispose() => _buffer.Dispose();

    private KernelRow Row(Kernel kernel, ReadOnlySpan<TestFeature> features, ulong[] keys)
    {
        var row = new KernelRow(kernel, Weights, features.Length);
        for (int i = 0; i < features.Length; i++)
        {
            row.Slots[i] = Weights.Row(features[i].Slot);
            row.Fields[i] = features[i].Field;
            row.Values[i] = features[i].Value;
            row.Keys[i] = keys[features[i].Position];
        }

        return row;
    }
}
