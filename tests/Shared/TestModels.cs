using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Scoring;
using CtrRuntime.Trainer.Output;

namespace CtrRuntime.Tests.Shared;

/// <summary>Makes model files of random weights for tests, by the writer that the trainer uses.</summary>
internal static unsafe class TestModels
{
    /// <summary>Names of all kinds, for theories.</summary>
    public static TheoryData<string> Kinds => [.. ModelKinds.All.Select(kind => kind.Name)];

    /// <summary>Every weight type, for theories.</summary>
    public static TheoryData<WeightType> Types => [.. WeightTypes.All];

    /// <summary>Every kind with every weight type, for theories.</summary>
    public static TheoryData<string, WeightType> KindsAndTypes
    {
        get
        {
            var data = new TheoryData<string, WeightType>();
            foreach (ModelKind kind in ModelKinds.All)
            {
                foreach (WeightType type in WeightTypes.All) data.Add(kind.Name, type);
            }

            return data;
        }
    }

    /// <summary>What a random model looks like.</summary>
    internal sealed record Shape(string Kind)
    {
        public int Fields { get; init; } = 5;
        public int Latent { get; init; } = 4;
        public int Slots { get; init; } = 100;
        public int PairBits { get; init; } = 8;
        public int Seed { get; init; } = 1;
        public double Spread { get; init; } = 0.3;
        public WeightType Type { get; init; } = WeightType.Float32;
        public IndexKind Index { get; init; } = IndexKind.Exact;
        public Schema? Schema { get; init; }
        public InstanceNorm Norm { get; init; } = InstanceNorm.None;
        public Link Link { get; init; } = Link.Sigmoid;
        public bool Names { get; init; }
    }

    /// <summary>Writes a random model to <paramref name="path"/>; the key of slot s is <see cref="KeyOf"/>.</summary>
    public static void Write(string path, Shape shape)
    {
        ModelKind kind = ModelKinds.Find(shape.Kind) ?? throw new ArgumentException(shape.Kind, nameof(shape));
        int fields = kind.ExactFields ?? shape.Fields;
        Schema schema = shape.Schema ?? Schema.OfIds(fields);
        int latent = kind.HasLatent ? shape.Latent : 0;
        var random = new Random(shape.Seed);
        SlotLayout layout = SlotLayout.Of(kind.LatentBlocks(schema.Fields.Count), latent, WeightType.Float32);
        using var weights = new WeightBuffer((uint)shape.Slots, layout, kind.HasPairTable ? shape.PairBits : -1);
        WeightTable table = weights.Table(0);
        for (uint s = 0; s < shape.Slots; s++)
        {
            float* row = (float*)table.Row(s);
            for (int block = 0; block < kind.LatentBlocks(schema.Fields.Count); block++)
            {
                for (int d = 0; d < latent; d++) row[(block * layout.PaddedLatent) + d] = Weight();
            }

            weights.Linear[s] = Weight();
        }

        for (nuint p = 0; p < weights.PairBytes / sizeof(float); p++) ((float*)table.Pairs)[p] = Weight();
        using WeightBuffer stored = WeightQuantizer.Convert(weights, shape.Type);
        ulong[] keys = shape.Index == IndexKind.Exact ? [.. Enumerable.Range(0, shape.Slots).Select(KeyOf)] : [];
        ModelWriter.Write(path, new ModelContent
        {
            Kind = kind,
            Latent = latent,
            Schema = schema,
            Index = shape.Index,
            SlotKeys = keys,
            Weights = stored,
            Bias = -1.5f,
            Link = shape.Link,
            Norm = shape.Norm,
            GoldenRows = [.. Enumerable.Range(0, 4).Select(_ => RandomRow(random, shape, Math.Min(schema.Fields.Count, RowScorer.StackFeatures)))],
            FeatureNames = FeatureNames.Write(shape.Names ? [.. Enumerable.Range(0, shape.Slots).Select(s => $"feature {s}")] : []),
            Metadata = "{\"made by\":\"a test\"}"u8.ToArray(),
        });

        float Weight() => (float)(((random.NextDouble() * 2) - 1) * shape.Spread);
    }

    /// <summary>A random model as bytes.</summary>
    public static byte[] Bytes(Shape shape)
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("model.ctr");
        Write(path, shape);
        return File.ReadAllBytes(path);
    }

    /// <summary>The key of a slot of an exact model: small ids and large hashes, 0 included.</summary>
    public static ulong KeyOf(int slot) => slot % 2 == 0 ? (ulong)slot : KeyMix.Of((ulong)slot);

    /// <summary>One known feature per field, with real values.</summary>
    public static GoldenRow RandomRow(Random random, Shape shape, int fields)
    {
        var row = new GoldenRow(new uint[fields], new ulong[fields], new float[fields]);
        for (int f = 0; f < fields; f++)
        {
            int slot = random.Next(shape.Slots);
            row.Fields[f] = (uint)f;
            row.Keys[f] = shape.Index == IndexKind.Exact ? KeyOf(slot) : (ulong)slot;
            row.Values[f] = random.Next(3) == 0 ? (float)random.NextDouble() : 1;
        }

        return row;
    }
}
