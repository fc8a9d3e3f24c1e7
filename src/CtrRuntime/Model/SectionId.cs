namespace CtrRuntime.Model;

/// <summary>Sections of a model file, in the order they stand in it. The numbers are those of the file; never reused.</summary>
internal enum SectionId : uint
{
    /// <summary>Fields and what keys are.</summary>
    Schema = 1,

    /// <summary>The hash table of an exact index.</summary>
    SlotIndex = 2,

    /// <summary>Latent vectors and linear weights, slot by slot.</summary>
    Weights = 3,

    /// <summary>Pair weights of POLY2.</summary>
    PairTable = 4,

    /// <summary>Rows with their logits, re-scored at open.</summary>
    GoldenRows = 7,

    /// <summary>Names of features, for people. Optional.</summary>
    FeatureNames = 8,

    /// <summary>How the model was made, as JSON. Optional.</summary>
    Metadata = 9,
}
