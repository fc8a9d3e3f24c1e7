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
        using var known = new KernelRow(Kernel(level), Weights, row.Length);
        for (int i = 0; i < row.Length; i++)
        {
            known.Slots[i] = Weights.Row(row[i].Slot);
            known.Fields[i] = row[i].Field;
            known.Values[i] = row[i].Value;
            known.Keys[i] = keys[row[i].Position];
        }

        return known.Pairs(Weights, row.Length);
    }

    /// <summary>The reference's answer for a row.</summary>
    public ReferencePairs Reference(TestRow row) => ReferenceModel.Pairs(Kind.Name, Weights, row.Features, row.Keys);

    public void Dispose() => _buffer.Dispose();
}
