using System.Runtime.InteropServices;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Output;

/// <summary>
/// A model with its latent and pair weights in fewer bits. Everything else stays: schema, index, linear weights, bias, norm, link, names. The
/// golden rows stay as rows; the writer scores them anew.
/// </summary>
internal static class ModelQuantizer
{
    /// <summary>Whether a kind of model has weights that can be stored in fewer bits: bias and linear weights are always single precision.</summary>
    public static bool Applies(ModelKind kind) => kind.HasLatent || kind.HasPairTable;

    /// <summary>
    /// The content of <paramref name="source"/> with weights of <paramref name="type"/>, for the writer; the caller disposes the weights. A model to
    /// which this does not apply comes back as it is. The source must be in single precision and verified completely: its index is taken at its word.
    /// </summary>
    public static ModelContent Quantize(CtrModel source, WeightType type)
    {
        ModelFile file = source.File;
        bool applies = Applies(file.Kind);
        byte[] metadata = file.Section(SectionId.Metadata).ToArray();
        WeightBuffer weights = Weights(file, applies ? type : WeightType.Float32, out ulong[] keys);
        return new()
        {
            Kind = file.Kind,
            Latent = (int)file.Header.Latent,
            Schema = file.Schema,
            Index = file.Index.Kind,
            SlotKeys = keys,
            Weights = weights,
            Bias = file.Header.Bias,
            Link = (Link)file.Header.Link,
            Norm = file.Header.Norm,
            GoldenRows = Rows(file.Golden),
            FeatureNames = file.Section(SectionId.FeatureNames).ToArray(),
            Metadata = applies ? ModelMetadata.WithWeights(metadata, type) : metadata,
        };
    }

    private static GoldenRow[] Rows(GoldenRows golden)
    {
        var rows = new GoldenRow[golden.Count];
        for (int r = 0; r < rows.Length; r++) rows[r] = golden.Read();
        return rows;
    }

    private static unsafe WeightBuffer Weights(ModelFile file, WeightType type, out ulong[] keys)
    {
        WeightTable source = file.Weights;
        SlotLayout layout = SlotLayout.Of(source.Blocks, source.Latent, type);
        var weights = new WeightBuffer(file.Index.SlotCount, layout, file.Kind.HasPairTable ? source.PairBits : -1);
        try
        {
            WeightQuantizer.Convert(source, weights);
            keys = ReadIndex(file.Index, weights.Linear);
            return weights;
        }
        catch
        {
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Copies the linear weight of each slot, and answers the key of each slot of an exact index.</summary>
    private static unsafe ulong[] ReadIndex(in SlotIndex index, float* linear)
    {
        if (index.Kind != IndexKind.Exact)
        {
            NativeMemory.Copy(index.Linear, linear, (nuint)index.SlotCount * sizeof(float));
            return [];
        }

        var keys = new ulong[index.SlotCount];
        for (SlotEntry* entry = index.Entries, end = entry + (1L << index.Bits); entry < end; entry++)
        {
            if (entry->Slot == SlotEntry.Empty) continue;
            keys[entry->Slot] = entry->Key;
            linear[entry->Slot] = entry->Weight;
        }

        return keys;
    }
}
