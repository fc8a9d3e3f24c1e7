using System.Runtime.Intrinsics;
using CtrRuntime.Kernels;
using CtrRuntime.Kernels.Vectors;
using CtrRuntime.Model;
using CtrRuntime.Scoring;

namespace CtrRuntime.Tests.Kernels;

/// <summary>What a row's score may depend on: the row and the level, nothing else; and how far levels may differ.</summary>
public sealed class KernelBitsTests
{
    public static TheoryData<string> Kinds => [.. ModelKinds.All.Select(kind => kind.Name)];

    private static IEnumerable<KernelLevel> Levels => KernelLevels.Supported;

    [Theory, MemberData(nameof(Kinds))]
    public void A_row_scores_the_same_bits_again(string kindName)
    {
        var random = new Random(1);
        using TestModel model = Model(kindName, random, 16);
        TestRow[] rows = Rows(model, random);
        foreach (KernelLevel level in Levels)
        {
            double[] alone = [.. rows.Select(row => model.Pairs(level, row))];

            for (int r = 0; r < rows.Length; r++)
                Assert.Equal(BitConverter.DoubleToInt64Bits(alone[r]), BitConverter.DoubleToInt64Bits(model.Pairs(level, rows[r])));
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public void Levels_agree_on_the_probability_where_the_magnitudes_are_at_most_four(string kindName)
    {
        foreach (int latent in (int[])[4, 8, 12, 16])
        {
            var random = new Random(2);
            using TestModel model = Model(kindName, random, latent);
            int compared = 0;
            foreach (TestRow row in Rows(model, random))
            {
                ReferencePairs want = model.Reference(row);
                if (Math.Abs(model.Weights.Bias) + want.Magnitude > 4) continue;
                double reference = 1 / (1 + Math.Exp(-(model.Weights.Bias + want.Sum)));
                foreach (KernelLevel level in Levels)
                {
                    Assert.Equal(reference, LinkFunctions.Sigmoid(model.Weights.Bias + model.Pairs(level, row)), 1e-6);
                    compared++;
                }
            }

            Assert.True(compared > 50, $"only {compared} rows of {kindName} were small enough to compare");
        }
    }

    [Fact]
    public void Field_order_in_the_callers_row_does_not_change_the_bits()
    {
        var random = new Random(3);
        using TestModel model = Model("ffm", random, 8);
        foreach (TestRow row in Rows(model, random))
        {
            // The same features with their fields interleaved differently, order within a field kept, then sorted again.
            var shuffled = row.Features.OrderBy(_ => random.Next()).ToArray();
            foreach (var field in row.Features.GroupBy(feature => feature.Field))
            {
                int[] places = [.. Enumerable.Range(0, shuffled.Length).Where(i => shuffled[i].Field == field.Key)];
                foreach ((int place, TestFeature feature) in places.Zip(field)) shuffled[place] = feature;
            }

            for (int i = 0; i < shuffled.Length; i++) shuffled[i] = shuffled[i] with { Position = (uint)i };
            foreach (KernelLevel level in Levels)
            {
                double again = model.Pairs(level, shuffled, row.Keys);
                Assert.Equal(BitConverter.DoubleToInt64Bits(model.Pairs(level, row)), BitConverter.DoubleToInt64Bits(again));
            }
        }
    }

    [Fact]
    public void V2_rounds_products_and_the_other_levels_do_not()
    {
        float a = MathF.BitIncrement(1), c = -1 - (2 * (a - 1));
        float residue = (a - 1) * (a - 1);
        Vector128<float> va = Vector128.Create(a), vc = Vector128.Create(c);
        Assert.Equal(Vector128<float>.Zero, Vector128Ops.MultiplyAdd(va, va, vc));
        if (KernelLevels.IsSupported(KernelLevel.V3) || KernelLevels.IsSupported(KernelLevel.Arm64))
            Assert.Equal(Vector128.Create(residue), Vector128FusedOps.MultiplyAdd(va, va, vc));
        if (KernelLevels.IsSupported(KernelLevel.V3))
            Assert.Equal(Vector256.Create(residue), Vector256FusedOps.MultiplyAdd(Vector256.Create(a), Vector256.Create(a), Vector256.Create(c)));
        if (KernelLevels.IsSupported(KernelLevel.V4))
            Assert.Equal(Vector512.Create(residue), Vector512FusedOps.MultiplyAdd(Vector512.Create(a), Vector512.Create(a), Vector512.Create(c)));
    }

    [Theory]
    [InlineData(4, "Vector128Ops", "Vector128FusedOps", "Vector128FusedOps")]
    [InlineData(8, "Vector128Ops", "Vector256FusedOps", "Vector256FusedOps")]
    [InlineData(12, "Vector128Ops", "Vector128FusedOps", "Vector128FusedOps")]
    [InlineData(16, "Vector128Ops", "Vector256FusedOps", "Vector512FusedOps")]
    [InlineData(24, "Vector128Ops", "Vector256FusedOps", "Vector256FusedOps")]
    public void A_level_uses_its_widest_vector_that_divides_the_latent_length(int paddedLatent, string v2, string v3, string v4)
    {
        foreach (string kind in (string[])["mf", "fm", "ffm"])
        {
            foreach ((KernelLevel level, string ops) in new[] { (KernelLevel.V2, v2), (KernelLevel.V3, v3), (KernelLevel.V4, v4), (KernelLevel.Arm64, "Vector128FusedOps") })
            {
                if (!KernelLevels.IsSupported(level)) continue;
                Kernel kernel = ModelKinds.Find(kind)!.CreateKernel(level, paddedLatent, WeightType.Float32);
                Assert.Equal(ops, kernel.GetType().GetGenericArguments()[0].Name);
            }
        }
    }

    private static TestModel Model(string kindName, Random random, int latent)
    {
        ModelKind kind = ModelKinds.Find(kindName)!;
        float scale = kindName == "ffm" ? 0.12f : 0.2f;
        return new(kind, kind.ExactFields ?? 12, kind.HasLatent ? latent : 0, 50, random, r => (r.NextSingle() - 0.5f) * scale);
    }

    private static TestRow[] Rows(TestModel model, Random random) =>
    [
        .. Enumerable.Range(0, 60).Select(i => TestRow.Of(
            random, model.Slots, TestRow.SomeFields(random, model.Fields, i % (model.Fields + 1), i % 2 == 0),
            i % 3 == 0 ? r => r.NextSingle() * 2 - 1 : _ => 1)),
    ];
}
