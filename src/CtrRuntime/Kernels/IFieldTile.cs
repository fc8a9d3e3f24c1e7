using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>
/// The pair sum of a row that has most fields, several neighbouring fields to a register: for fields i of one tile and j of another, one
/// load reads v_{i,j} for all j of the tile, one v_{j,i} for all i; transposing one side brings equal pairs together.
/// </summary>
internal unsafe interface IFieldTile
{
    /// <summary>Fields of a tile; 0 if there is no such form.</summary>
    static abstract int Fields { get; }

    /// <summary>
    /// Σ over pairs of fields. <paramref name="rows"/> has an entry for every field, padded to whole tiles by copies: a slot's padding
    /// is zero, so that their pairs add nothing.
    /// </summary>
    static abstract double Pairs<TWeights, TReader>(in WeightTable weights, FieldRow* rows, int fields, ref LineFetch next)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader;
}
