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

    /// <summary>Σ over pairs of fields.</summary>
    /// <param name="entries">An entry for every field, padded to whole tiles by copies: a slot's padding is zero, so that their pairs add nothing.</param>
    /// <param name="fields">Number of entries.</param>
    /// <param name="next">The entries of another row: what is read of this row is asked for of that one.</param>
    static abstract double Pairs<TWeights, TReader>(byte* entries, int fields, byte* next)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader;
}
