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
    public double Pairs(KernelLevel level, TestRow row)
    {
        // A kernel may change the values.
        Feature[] copy = [.. row.Features];
        fixed (Feature* features = copy)
        fixed (ulong* keys = row.Keys)
            return Pairs(level, features, copy.Length, keys);
    }

    /// <summary>The kernel's answer for features in memory, which it may change.</summary>
    public double Pairs(KernelLevel level, Feature* features, int count, ulong* keys)
    {
        bool inFieldOrder = true;
        for (int i = 0; i < count; i++) inFieldOrder &= features[i].Field == i && features[i].Value == 1;
        FieldRow[] fields = new FieldRow[Math.Max(CtrRuntime.Kernels.Kernel.LeastScratch, count)];
        fixed (FieldRow* rows = fields)
        {
            var row = new KernelRow { Features = features, Count = count, InFieldOrder = inFieldOrder, Keys = keys };
            return Kernel(level).Pairs(Weights, row, default, rows);
        }
    }

    /// <summary>The reference's answer for a row.</summary>
    public ReferencePairs Reference(TestRow row) => ReferenceModel.Pairs(Kind.Name, Weights, row.Features, row.Keys);

    public void Dispose() => _buffer.Dispose();
}
