using System.Text;
using System.Text.Json;
using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;
using CtrRuntime.Trainer.Output;

namespace CtrRuntime.Trainer.Tests.Output;

public sealed class ModelQuantizerTests : IDisposable
{
    private static readonly CtrOpenOptions Full = new() { VerifyAll = true };
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string, WeightType> KindsAndTypes => TestModels.KindsAndTypes;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(KindsAndTypes))]
    public void Only_the_weights_change(string kind, WeightType type)
    {
        foreach (IndexKind index in Enum.GetValues<IndexKind>())
        {
            var shape = new TestModels.Shape(kind)
            {
                Index = index,
                Slots = 64,
                Latent = 6,
                Norm = new InstanceNorm(1, 2, true),
                Link = Link.Probit,
                Names = index == IndexKind.Exact,
            };
            byte[] file = TestModels.Bytes(shape);
            using CtrModel before = CtrModel.Open(file, Full), after = CtrModel.Open(Quantized(before, type), Full);
            bool applies = ModelQuantizer.Applies(before.File.Kind);
            Assert.Equal(applies ? type : WeightType.Float32, after.Info.Weights);
            Assert.Equal(
                before.Info with { Weights = after.Info.Weights, SlotStride = after.Info.SlotStride, FileSize = after.Info.FileSize }, after.Info);
            Assert.Equal(before.File.Header.Norm, after.File.Header.Norm);
            foreach (SectionId section in new[] { SectionId.Schema, SectionId.SlotIndex, SectionId.FeatureNames })
                Assert.Equal(before.File.Section(section), after.File.Section(section));
            Assert.Equal(before.File.Golden.Count, after.File.Golden.Count);
            GoldenRows expected = before.File.Golden, actual = after.File.Golden;
            for (int row = 0; row < expected.Count; row++)
            {
                Assert.Equivalent(expected.Read(), actual.Read(), strict: true);
                Assert.Equal(expected.Logit, actual.Logit, tolerance: 0.02);
            }

            // The converted weights are those that a model of the type is made with at once: only the metadata say where they are from.
            byte[] direct = TestModels.Bytes(shape with { Type = type });
            using CtrModel made = CtrModel.Open(direct, Full);
            foreach (SectionId section in new[] { SectionId.Weights, SectionId.PairTable, SectionId.GoldenRows })
                Assert.Equal(made.File.Section(section), after.File.Section(section));
            Assert.Equal(made.File.Header.PairScale, after.File.Header.PairScale);
        }
    }

    [Theory]
    [InlineData(WeightType.BFloat16)]
    [InlineData(WeightType.Int8)]
    public void A_model_of_linear_weights_only_comes_back_byte_for_byte(WeightType type)
    {
        byte[] file = TestModels.Bytes(new("lr") { Names = true });
        using CtrModel model = CtrModel.Open(file, Full);
        Assert.Equal(file, Quantized(model, type));
    }

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        using CtrModel model = CtrModel.Open(TestModels.Bytes(new("ffm")), Full);
        Assert.Equal(Quantized(model, WeightType.Int8), Quantized(model, WeightType.Int8));
    }

    [Fact]
    public void The_metadata_stay_and_say_what_was_done()
    {
        using CtrModel model = CtrModel.Open(TestModels.Bytes(new("fm")), Full);
        using CtrModel small = CtrModel.Open(Quantized(model, WeightType.Int8), Full);
        JsonElement metadata = JsonDocument.Parse(small.File.Section(SectionId.Metadata).ToArray()).RootElement;
        Assert.Equal("a test", metadata.GetProperty("made by").GetString());
        Assert.Equal("int8", metadata.GetProperty("quantized_to").GetString());
    }

    [Theory]
    [InlineData("", "{\"quantized_to\":\"bf16\"}")]
    [InlineData("by hand", "{\"source\":\"by hand\",\"quantized_to\":\"bf16\"}")]
    [InlineData("[1]", "{\"source\":\"[1]\",\"quantized_to\":\"bf16\"}")]
    [InlineData("{\"a\":{\"b\":[1,2]},\"a\":2}", "{\"a\":{\"b\":[1,2]},\"a\":2,\"quantized_to\":\"bf16\"}")]
    public void Metadata_of_any_form_are_kept(string metadata, string expected)
    {
        byte[] json = ModelMetadata.WithWeights(Encoding.UTF8.GetBytes(metadata), WeightType.BFloat16);
        Assert.Equal(expected, Encoding.UTF8.GetString(json).Replace("\n", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal)
            .Replace("byhand", "by hand", StringComparison.Ordinal));
    }

    [Fact]
    public void What_the_inspection_throws_leaves_the_old_file_and_no_other()
    {
        string path = _directory.File("q.ctr");
        File.WriteAllText(path, "old");
        using CtrModel model = CtrModel.Open(TestModels.Bytes(new("fm")), Full);
        ModelContent content = ModelQuantizer.Quantize(model, WeightType.Int8);
        using WeightBuffer weights = content.Weights;
        Assert.Throws<InvalidOperationException>(() => ModelWriter.Write(path, content, written =>
        {
            Assert.Equal("old", File.ReadAllText(path));
            using CtrModel finished = CtrModel.Open(written, Full);
            Assert.Equal(WeightType.Int8, finished.Info.Weights);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(_directory.Path));
    }

    private byte[] Quantized(CtrModel model, WeightType type)
    {
        ModelContent content = ModelQuantizer.Quantize(model, type);
        using WeightBuffer weights = content.Weights;
        ModelWriter.Write(_directory.File("small.ctr"), content);
        return File.ReadAllBytes(_directory.File("small.ctr"));
    }
}
