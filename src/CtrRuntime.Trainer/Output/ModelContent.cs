using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Trainer.Output;

/// <summary>Everything that goes into a model file; <see cref="ModelWriter"/> writes it.</summary>
internal sealed class ModelContent
{
    /// <summary>The kind of model.</summary>
    public required ModelKind Kind { get; init; }

    /// <summary>The latent length k, unpadded; 0 for kinds without latent vectors.</summary>
    public required int Latent { get; init; }

    /// <summary>Fields and keys.</summary>
    public required Schema Schema { get; init; }

    /// <summary>How a key finds its slot.</summary>
    public required IndexKind Index { get; init; }

    /// <summary>The key of each slot, in slot order, for an exact index; empty for the other kinds.</summary>
    public required ulong[] SlotKeys { get; init; }

    /// <summary>Weights in the layout in which they are served; one slot per key for an exact index. The writer does not own it.</summary>
    public required WeightBuffer Weights { get; init; }

    /// <summary>The bias b.</summary>
    public required float Bias { get; init; }

    /// <summary>What turns the logit into a score.</summary>
    public required Link Link { get; init; }

    /// <summary>The instance norm.</summary>
    public InstanceNorm Norm { get; init; } = InstanceNorm.None;

    /// <summary>Rows to re-score at open: a handful, of every length that matters.</summary>
    public required IReadOnlyList<GoldenRow> GoldenRows { get; init; }

    /// <summary>How the model was made, UTF-8 JSON; empty when nothing is known.</summary>
    public byte[] Metadata { get; init; } = [];

    /// <summary>A name for each slot, for people, as <see cref="Model.FeatureNames"/> writes them; empty when there are none. Exact index only.</summary>
    public byte[] FeatureNames { get; init; } = [];
}
