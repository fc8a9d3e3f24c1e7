using CtrRuntime.Kernels;

namespace CtrRuntime.Model;

/// <summary>Looks for weights that are not finite.</summary>
internal static unsafe class WeightScan
{
    /// <summary>Whether all latent weights, or their scales, are finite.</summary>
    public static bool SlotsAreFinite(in WeightTable weights, nuint slotCount)
    {
        if (weights.Type != WeightType.Int8) return AreFinite(weights.Slots, slotCount * weights.Stride, weights.Type);
        for (nuint slot = 0; slot < slotCount && weights.Stride > 0; slot++)
        {
            if (!float.IsFinite(*(float*)(weights.Slots + (slot * weights.Stride) + weights.ScaleOffset))) return false;
        }

        return true;
    }

    /// <summary>Whether all pair weights are finite.</summary>
    public static bool PairsAreFinite(in WeightTable weights) =>
        weights.Pairs == null || AreFinite(weights.Pairs, (nuint)weights.Type.Size() << weights.PairBits, weights.Type);

    private static bool AreFinite(byte* weights, nuint bytes, WeightType type)
    {
        switch (type)
        {
            case WeightType.Float32:
                return FloatScan.AllFinite((float*)weights, bytes / sizeof(float));
            case WeightType.BFloat16:
                for (ushort* w = (ushort*)weights, end = (ushort*)(weights + bytes); w < end; w++)
                {
                    if (!float.IsFinite(BitConverter.UInt32BitsToSingle((uint)*w << 16))) return false;
                }

                return true;
            default:
                return true;
        }
    }
}
