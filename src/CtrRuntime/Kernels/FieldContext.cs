namespace CtrRuntime.Kernels;

/// <summary>
/// The memory of a field-aware context: its features, then for every field of the model the sums that a candidate's feature of that field meets
/// (<see cref="FieldSums"/>). The features are there for candidates whose float products overflow, which are computed again in double.
/// </summary>
internal static unsafe class FieldContext
{
    /// <summary>Bytes of a context of <paramref name="count"/> features, whatever their fields.</summary>
    public static nuint Size(in WeightTable weights, int count)
    {
        FieldSpan whole = FieldSpan.Of(weights, 0, (uint)weights.Blocks - 1);
        return FeaturesSize(count) + ((nuint)weights.Blocks * whole.Length * sizeof(float));
    }

    /// <summary>The fields of a context that has features.</summary>
    public static FieldSpan Span(in WeightTable weights, in KernelContext context)
    {
        var features = (ContextFeature*)context.Memory;
        uint first = uint.MaxValue, last = 0;
        for (int i = 0; i < context.Count; i++)
        {
            first = Math.Min(first, features[i].Field);
            last = Math.Max(last, features[i].Field);
        }

        return FieldSpan.Of(weights, first, last);
    }

    /// <summary>The sums start at a whole line, so that they are where registers read fastest if the context is.</summary>
    public static float* Sums(in KernelContext context) => (float*)(context.Memory + FeaturesSize(context.Count));

    /// <summary>Notes the features of a row.</summary>
    public static void WriteFeatures(in WeightTable weights, in RowGroup group, in KernelContext context)
    {
        var features = (ContextFeature*)context.Memory;
        for (int i = 0; i < group.Count; i++)
        {
            byte* slot = group.Slots[i];
            features[i] = new()
            {
                Slot = slot == weights.ZeroSlot ? ContextFeature.Unknown : (uint)((nuint)(slot - weights.Slots) / weights.Stride),
                Field = group.Fields == null ? (uint)i : group.Fields[i],
                Value = group.Values == null ? 1 : group.Values[i],
            };
        }
    }

    /// <summary>Whether features are of the model, so that reading them leads nowhere else.</summary>
    public static bool IsSound(in WeightTable weights, in KernelContext context)
    {
        var features = (ContextFeature*)context.Memory;
        for (int i = 0; i < context.Count; i++)
        {
            if (features[i].Field >= (uint)weights.Blocks) return false;
            if (features[i].Slot != ContextFeature.Unknown && features[i].Slot >= weights.SlotBytes / weights.Stride) return false;
        }

        return true;
    }

    /// <summary>The pairs of a candidate with a context, as the formula has them: feature by feature, in double.</summary>
    public static double PairsInDouble(in WeightTable weights, in KernelContext context, in RowFeatures row)
    {
        nuint latent = (nuint)weights.Latent;
        double pairs = 0;
        for (int i = 0; i < context.Count; i++)
        {
            ContextFeature* a = (ContextFeature*)context.Memory + i;
            if (a->Slot == ContextFeature.Unknown) continue;
            byte* slotA = weights.Row(a->Slot);
            for (int j = 0; j < row.Count; j++)
            {
                byte* slotB = row.Slots[j];
                if (slotB == weights.ZeroSlot) continue;
                nuint fieldB = row.Fields == null ? (nuint)j : row.Fields[j];
                double sum = 0;
                for (nuint l = 0; l < latent; l++) sum += weights.Element(slotA, (fieldB * latent) + l) * weights.Element(slotB, (a->Field * latent) + l);
                pairs += Factor(weights, slotA, a->Value) * Factor(weights, slotB, row.Values == null ? 1 : row.Values[j]) * sum;
            }
        }

        return pairs;
    }

    private static double Factor(in WeightTable weights, byte* slot, double value) =>
        weights.Type == WeightType.Int8 ? value * *(float*)(slot + weights.ScaleOffset) : value;

    private static nuint FeaturesSize(int count) => (((nuint)count * (nuint)sizeof(ContextFeature)) + LineFetch.Line - 1) / LineFetch.Line * LineFetch.Line;
}
