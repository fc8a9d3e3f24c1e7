using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;
using CtrRuntime.Trainer.Output;

namespace CtrRuntime.Trainer.Tests.Output;

public sealed unsafe class WeightQuantizerTests
{
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>Weights of every size that a float has, some zero.</summary>
    private static float[][] Samples { get; } =
        [.. Enumerable.Range(0, 3000).Select(seed => Sample(new Random(seed)))];

    public static TheoryData<WeightType> Types => TestModels.Types;

    [Fact]
    public void Bf16_is_within_half_a_unit_of_its_last_bit() => Assert.All(Samples, weights =>
    {
        float[] stored = Stored(weights, WeightType.BFloat16);
        for (int i = 0; i < weights.Length; i++)
        {
            Assert.True(float.IsFinite(stored[i]));
            // A unit of the last bit is 2⁻⁷ of the weight's power of two, and 2⁻¹³³ below the normal numbers. There is nothing above the largest.
            double unit = Math.ScaleB(1, Math.Max(-133, Math.ILogB(weights[i]) - 7));
            double error = Math.Abs((double)stored[i] - weights[i]);
            Assert.True(error <= (Math.Abs(weights[i]) > 3.38e38f ? unit : unit / 2), $"{weights[i]:R} became {stored[i]:R}");
        }
    });

    [Theory]
    [InlineData(0x3F808000, 0x3F80)]
    [InlineData(0x3F818000, 0x3F82)]
    [InlineData(0x3F808001, 0x3F81)]
    [InlineData(0xBF807FFF, 0xBF80)]
    [InlineData(0x7F7FFFFF, 0x7F7F)]
    [InlineData(0xFF7FFFFF, 0xFF7F)]
    [InlineData(0x80000000, 0x8000)]
    [InlineData(0x00000001, 0x0000)]
    [InlineData(0x00018000, 0x0002)]
    [InlineData(0x007FFFFF, 0x0080)]
    public void Bf16_rounds_to_the_nearest_ties_to_even_and_never_to_infinity(uint weight, uint expected) =>
        Assert.Equal(expected << 16, BitConverter.SingleToUInt32Bits(Stored([BitConverter.UInt32BitsToSingle(weight)], WeightType.BFloat16)[0]));

    [Fact]
    public void Int8_is_within_half_a_step() => Assert.All(Samples, weights =>
    {
        float[] stored = Stored(weights, WeightType.Int8, out float scale);
        float largest = weights.Max(Math.Abs);
        for (int i = 0; i < weights.Length; i++)
        {
            Assert.True(float.IsFinite(stored[i]));
            double error = Math.Abs((double)stored[i] - weights[i]);
            // The scale itself is rounded; below the normal numbers to so few bits that only the size of what is stored can be relied on.
            if (scale >= SmallestNormal) Assert.True(error <= scale * 0.50002, $"{weights[i]:R} became {stored[i]:R} with scale {scale:R}");
            else Assert.True(error <= largest, $"{weights[i]:R} became {stored[i]:R} with scale {scale:R}");
        }

        if (scale >= SmallestNormal) Assert.InRange(stored.Max(Math.Abs), largest * 0.999999f, largest * 1.000001f);
    });

    [Fact]
    public void Bf16_and_int8_of_what_they_can_hold_are_exact()
    {
        float[] weights = [1, -0.5f, 127, -127, 3, 0, 64, -2];
        Assert.Equal(weights, Stored(weights, WeightType.BFloat16));
        weights = [1, -5, 127, -127, 3, 0, 64, -2];
        Assert.Equal(weights, Stored(weights, WeightType.Int8, out float scale));
        Assert.Equal(1, scale);
    }

    [Theory]
    [InlineData(0.3f)]
    [InlineData(-7e-20f)]
    [InlineData(float.MaxValue)]
    public void Weights_that_are_all_equal_stay_so(float weight)
    {
        foreach (WeightType type in WeightTypes.All)
        {
            float[] stored = Stored([weight, weight, weight, weight], type);
            Assert.Single(stored.Distinct());
            Assert.InRange(stored[0] / weight, 1 - (1f / 256), 1 + (1f / 256));
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_slot_of_zeros_stays_zero(WeightType type)
    {
        Assert.All(Stored([0, 0, 0, 0], type, out float scale), weight => Assert.Equal(0, weight));
        Assert.Equal(0, scale);
        Assert.All(Stored([-0f, 0, -0f, 0], type), weight => Assert.Equal(0, weight));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void Every_slot_has_a_scale_of_its_own_and_padding_stays_zero(WeightType type)
    {
        // k = 5 is padded to 8, and several vectors to a multiple of 16.
        using var source = new WeightBuffer(3, SlotLayout.Of(3, 5, WeightType.Float32), pairBits: -1);
        float[] sizes = [1e-12f, 1, 1e12f];
        for (uint slot = 0; slot < 3; slot++)
        {
            source.Linear[slot] = slot + .125f;
            for (int block = 0; block < 3; block++)
            {
                for (int l = 0; l < 5; l++) ((float*)source.Table(0).Row(slot))[(8 * block) + l] = sizes[slot] * (block - l + 0.3f);
            }
        }

        using WeightBuffer stored = WeightQuantizer.Convert(source, type);
        for (uint slot = 0; slot < 3; slot++)
        {
            Assert.Equal(slot + .125f, stored.Linear[slot]);
            float[] weights = Read(stored, slot);
            for (int i = 0; i < weights.Length; i++)
            {
                if (i % 8 >= 5 || i >= 24) Assert.Equal(0, weights[i]);
                else Assert.Equal((i / 8) - (i % 8) + 0.3f, weights[i] / sizes[slot], 0.02f);
            }
        }
    }

    [Fact]
    public void A_pair_table_has_one_scale()
    {
        using var source = new WeightBuffer(1, SlotLayout.Of(0, 0, WeightType.Float32), pairBits: 2);
        float[] weights = [0.1f, -2.54f, 1, 0];
        weights.CopyTo(new Span<float>(source.Table(0).Pairs, 4));
        using WeightBuffer stored = WeightQuantizer.Convert(source, WeightType.Int8);
        Assert.Equal(0.02f, stored.PairScale, 1e-6f);
        Assert.Equal([5, -127, 50, 0], new Span<sbyte>(stored.Table(0).Pairs, 4).ToArray());
        using WeightBuffer halves = WeightQuantizer.Convert(source, WeightType.BFloat16);
        Assert.Equal(0, halves.PairScale);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void What_is_not_finite_is_refused(float weight)
    {
        foreach (WeightType type in WeightTypes.All)
        {
            for (int at = 0; at < 4; at++)
            {
                var weights = new float[4];
                weights[at] = weight;
                Assert.Equal(CtrStatus.ModelWeights, Assert.Throws<CtrException>(() => Stored(weights, type)).Status);
                using var source = new WeightBuffer(1, SlotLayout.Of(0, 0, WeightType.Float32), pairBits: 2);
                weights.CopyTo(new Span<float>(source.Table(0).Pairs, 4));
                Assert.Equal(CtrStatus.ModelWeights, Assert.Throws<CtrException>(() => WeightQuantizer.Convert(source, type)).Status);
            }
        }
    }

    [Fact]
    public void Weights_are_rounded_once()
    {
        using var source = new WeightBuffer(1, SlotLayout.Of(1, 4, WeightType.BFloat16), pairBits: -1);
        Assert.Throws<ArgumentException>(() => WeightQuantizer.Convert(source, WeightType.Int8));
    }

    private static float[] Sample(Random random)
    {
        // All weights of one order of magnitude, or of any.
        bool mixed = random.Next(2) == 0;
        int exponent = random.Next(-150, 128);
        return [.. Enumerable.Range(0, 4 * random.Next(1, 9)).Select(_ =>
        {
            int own = mixed ? random.Next(-150, 128) : exponent;
            double sign = random.Next(2) == 0 ? 1 : -1;
            return random.Next(10) == 0 ? 0 : (float)(sign * Math.Min(float.MaxValue, Math.ScaleB(1 + random.NextDouble(), own)));
        })];
    }

    private static float[] Stored(float[] weights, WeightType type) => Stored(weights, type, out _);

    /// <summary>The weights of a slot after they have been stored as a type and read back as the kernels do.</summary>
    private static float[] Stored(float[] weights, WeightType type, out float scale)
    {
        using var source = new WeightBuffer(1, SlotLayout.Of(1, weights.Length, WeightType.Float32), pairBits: -1);
        weights.CopyTo(new Span<float>(source.Table(0).Row(0), weights.Length));
        using WeightBuffer stored = WeightQuantizer.Convert(source, type);
        scale = type == WeightType.Int8 ? *(float*)(stored.Table(0).Row(0) + stored.Layout.ScaleOffset) : 0;
        return Read(stored, 0)[..weights.Length];
    }

    private static float[] Read(WeightBuffer weights, uint slot)
    {
        byte* row = weights.Table(0).Row(slot);
        float scale = weights.Layout.Type == WeightType.Int8 ? *(float*)(row + weights.Layout.ScaleOffset) : 1;
        var result = new float[weights.Layout.Elements];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = weights.Layout.Type switch
            {
                WeightType.Float32 => ((float*)row)[i],
                WeightType.BFloat16 => BitConverter.UInt32BitsToSingle((uint)((ushort*)row)[i] << 16),
                _ => ((sbyte*)row)[i] * scale,
            };
        }

        return result;
    }
}
