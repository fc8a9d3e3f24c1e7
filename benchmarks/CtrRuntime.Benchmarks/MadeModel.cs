using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Output;

namespace CtrRuntime.Benchmarks;

/// <summary>
/// Makes a model of random weights, about normal with standard deviation 0.1, and writes it with the project's own writer. The seed says everything: the
/// harness works out the same keys (<c>key_of</c> in made_model.h) to make rows for it.
/// </summary>
internal static unsafe class MadeModel
{
    private const int GoldenRows = 4;

    /// <summary>Makes and writes the model.</summary>
    public static void Write(ModelRequest request)
    {
        int blocks = request.Kind.LatentBlocks(request.Fields);
        using var exact = new WeightBuffer(
            request.Slots, SlotLayout.Of(blocks, request.Latent, WeightType.Float32), request.Kind.HasPairTable ? request.PairBits : -1);
        var random = new WeightRandom(request.Seed);
        float bias = random.Next();
        for (uint slot = 0; slot < request.Slots; slot++) exact.Linear[slot] = random.Next();
        FillSlots(request, exact, random);
        FillPairs(exact, random);
        using WeightBuffer weights = WeightQuantizer.Convert(exact, request.Type);
        ulong[] keys = new ulong[request.Slots];
        for (uint slot = 0; slot < request.Slots; slot++) keys[slot] = KeyOf(request, slot);
        ModelWriter.Write(request.Output, new ModelContent
        {
            Kind = request.Kind,
            Latent = request.Latent,
            Schema = Schema.OfIds(request.Fields),
            Index = request.Index,
            SlotKeys = request.Index == IndexKind.Exact ? keys : [],
            Weights = weights,
            Bias = bias,
            Link = Link.Sigmoid,
            GoldenRows = [.. Enumerable.Range(0, GoldenRows).Select(row => Golden(request, keys, row))],
        });
    }

    private static void FillSlots(ModelRequest request, WeightBuffer weights, WeightRandom random)
    {
        SlotLayout layout = weights.Layout;
        if (layout.Blocks == 0) return;
        WeightTable table = weights.Table(0);
        for (uint slot = 0; slot < request.Slots; slot++)
        {
            float* row = (float*)table.Row(slot);
            for (int block = 0; block < layout.Blocks; block++)
            {
                for (int l = 0; l < request.Latent; l++) row[(block * layout.PaddedLatent) + l] = random.Next();
            }
        }
    }

    private static void FillPairs(WeightBuffer weights, WeightRandom random)
    {
        if (weights.PairBits < 0) return;
        float* pairs = (float*)weights.Table(0).Pairs;
        for (nuint i = 0; i < (nuint)1 << weights.PairBits; i++) pairs[i] = random.Next();
    }

    /// <summary>A golden row: one feature a field, slots spread over the model.</summary>
    private static GoldenRow Golden(ModelRequest request, ulong[] keys, int row)
    {
        uint[] fields = [.. Enumerable.Range(0, request.Fields).Select(field => (uint)field)];
        ulong[] rowKeys = [.. fields.Select(field => keys[(uint)((((ulong)row * 1_000_003) + (field * 7919UL)) % request.Slots)])];
        return new(fields, rowKeys, [.. fields.Select(_ => 1f)]);
    }

    /// <summary>Random 64 bits for each slot of an exact index, all different, since each step is a bijection; the slot itself for the others.</summary>
    private static ulong KeyOf(ModelRequest request, uint slot)
    {
        unchecked
        {
            return request.Index == IndexKind.Exact
                ? WeightRandom.Mix((request.Seed * 0xD1342543DE82EF95) + (slot * WeightRandom.Step) + WeightRandom.Step)
                : slot;
        }
    }
}
