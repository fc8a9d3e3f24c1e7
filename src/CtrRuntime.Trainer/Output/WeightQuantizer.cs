using System.Runtime.InteropServices;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Output;

/// <summary>
/// Stores single-precision weights in fewer bits. bf16: the nearest, ties to even, and the largest there is in place of an infinity
/// (relative error 2⁻⁹). int8: q = round(w / scale), scale = max|w| / 127 over a slot, or over the pair table (error scale/2).
/// </summary>
internal static unsafe class WeightQuantizer
{
    private const int LargestByte = 127;
    private const ushort LargestBFloat16 = 0x7F7F;

    /// <summary>The weights of <paramref name="source"/>, which is in single precision, as <paramref name="type"/>.</summary>
    public static WeightBuffer Convert(WeightBuffer source, WeightType type)
    {
        var result = new WeightBuffer(source.SlotCount, source.Layout.As(type), source.PairBits);
        NativeMemory.Copy(source.Linear, result.Linear, (nuint)source.SlotCount * sizeof(float));
        Convert(source.Table(0), result);
        return result;
    }

    /// <summary>Fills the latent and pair weights of <paramref name="target"/> from a table of the same shape in single precision.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.ModelWeights"/>: a weight is not finite.</exception>
    public static void Convert(in WeightTable source, WeightBuffer target)
    {
        if (source.Type != WeightType.Float32) throw new ArgumentException($"the weights are {source.Type.Name()} already", nameof(source));
        SlotLayout to = target.Layout;
        WeightTable write = target.Table(0);
        for (uint slot = 0; slot < target.SlotCount && to.Elements > 0; slot++)
        {
            float scale = Encode((float*)source.Row(slot), write.Row(slot), (nuint)to.Elements, to.Type);
            if (to.Type == WeightType.Int8) *(float*)(write.Row(slot) + to.ScaleOffset) = scale;
        }

        if (target.PairBits < 0) return;
        float pairScale = Encode((float*)source.Pairs, write.Pairs, (nuint)1 << target.PairBits, to.Type);
        if (to.Type == WeightType.Int8) target.PairScale = pairScale;
    }

    /// <summary>Writes weights that share a scale, and answers it: 1 for types without.</summary>
    private static float Encode(float* from, byte* to, nuint count, WeightType type)
    {
        if (!FloatScan.AllFinite(from, count)) throw new CtrException(CtrStatus.ModelWeights, "a weight is not finite");
        switch (type)
        {
            case WeightType.Float32:
                for (nuint i = 0; i < count; i++) ((float*)to)[i] = from[i];
                return 1;
            case WeightType.BFloat16:
                for (nuint i = 0; i < count; i++) ((ushort*)to)[i] = BFloat16(from[i]);
                return 1;
            default:
                float largest = 0;
                for (nuint i = 0; i < count; i++) largest = Math.Max(largest, Math.Abs(from[i]));
                float scale = largest / LargestByte;
                // Rounded up, the largest scales would bring back an infinity.
                if (float.IsInfinity(scale * LargestByte)) scale = MathF.BitDecrement(scale);
                for (nuint i = 0; i < count; i++) ((sbyte*)to)[i] = scale > 0 ? Byte(from[i] / scale) : (sbyte)0;
                return scale;
        }
    }

    private static sbyte Byte(float weight) => (sbyte)Math.Clamp(MathF.Round(weight), -LargestByte, LargestByte);

    private static ushort BFloat16(float weight)
    {
        uint bits = BitConverter.SingleToUInt32Bits(weight);
        uint rounded = (bits + 0x7FFF + ((bits >> 16) & 1)) >> 16;
        bool overflows = (rounded & 0x7FFF) > LargestBFloat16;
        return (ushort)(overflows ? (rounded & 0x8000) | LargestBFloat16 : rounded);
    }
}
