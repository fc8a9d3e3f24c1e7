using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Libraries;

/// <summary>The weights of a model with an exact or direct index, as arrays by slot, for other libraries to score with.</summary>
internal sealed unsafe class SharedWeights
{
    /// <summary>Copies the weights of <paramref name="model"/>; latent vectors if it has one a slot.</summary>
    public SharedWeights(CtrModel model)
    {
        Slots = (int)model.Info.SlotCount;
        Bias = model.Info.Bias;
        Linear = new float[Slots];
        Keys = new ulong[Slots];
        SlotIndex index = model.File.Index;
        if (index.Kind == IndexKind.Direct)
        {
            for (int slot = 0; slot < Slots; slot++) Keys[slot] = (ulong)slot;
            new Span<float>(index.Linear, Slots).CopyTo(Linear);
        }
        else
        {
            for (ulong i = 0; i < 1UL << index.Bits; i++)
            {
                SlotEntry entry = index.Entries[i];
                if (entry.Slot == SlotEntry.Empty) continue;
                Keys[entry.Slot] = entry.Key;
                Linear[entry.Slot] = entry.Weight;
            }
        }

        WeightTable table = model.File.Weights;
        Latent = table.Blocks == 1 ? model.Info.Latent : 0;
        Vectors = new float[(long)Slots * Latent];
        for (int slot = 0; Latent > 0 && slot < Slots; slot++) new Span<float>(table.Row((uint)slot), Latent).CopyTo(Vectors.AsSpan(slot * Latent));
    }

    /// <summary>Number of slots.</summary>
    public int Slots { get; }

    /// <summary>Length of a latent vector, or 0.</summary>
    public int Latent { get; }

    /// <summary>The bias.</summary>
    public float Bias { get; }

    /// <summary>The linear weight of each slot.</summary>
    public float[] Linear { get; }

    /// <summary>The latent vectors, one after the other.</summary>
    public float[] Vectors { get; }

    /// <summary>The key of each slot.</summary>
    public ulong[] Keys { get; }
}
