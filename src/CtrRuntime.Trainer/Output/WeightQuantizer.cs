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
        SlotLayout from = source.Layout;
        if (from.Type != WeightType.Float32) throw new ArgumentException($"the weights are {from.Type.Name()} already", nameof(source));
        SlotLayout to = from.As(type);
        var result = new WeightBuffer(source.SlotCount, to, source.PairBits);
        WeightTable read = source.Table(0), write = result.Table(0);
        NativeMemory.Copy(source.Linear, result.Linear, (nuint)source.SlotCount * sizeof(float));
        for (uint slot = 0; slot < source.SlotCount && to.Elements > 0; slot++)
        {
            float scale = Encode((float*)read.Row(slot), write.Row(slot), (nuint)to.Elements, type);
            if (type == WeightType.Int8) *(float*)(write.Row(slot) + to.ScaleOffset) = scale;
        }

        float pairScale = Encode((float*)read.Pairs, write.Pairs, source.PairBytes / sizeof(float), type);
        if (type == WeightType.Int8 && source.PairBits >= 0) result.PairScale = pairScale;
        return result;
    }

    /// <summary>Writes weights that share a scale, and answers it: 1 for types without.</summary>
    public static float Encode(float* from, byte* to, nuint count, WeightType type)
    {
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
