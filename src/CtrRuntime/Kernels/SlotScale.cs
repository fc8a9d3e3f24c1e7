namespace CtrRuntime.Kernels;

/// <summary>Scales of slots whose weights are <see cref="WeightType.Int8"/>.</summary>
internal static unsafe class SlotScale
{
    /// <summary>Replaces the value of each feature by its product with the scale of its slot, so that x · scale · q is what x v is elsewhere.</summary>
    public static void Apply(in WeightTable weights, in KernelRow row)
    {
        nuint scale = weights.ScaleOffset;
        for (Feature* feature = row.Features, end = feature + row.Count; feature < end; feature++)
        {
            double scaled = (double)feature->Value * *(float*)(feature->Row + scale);
            feature->ScaledValue = scaled;
            feature->RoundedValue = (float)scaled;
        }
    }
}
