using System.Runtime.Intrinsics;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Latent vectors of eight floats, two fields to a 512-bit register.</summary>
internal readonly unsafe struct WideTileOfTwo : IFieldTile
{
    public static int Fields => 2;

    public static double Pairs<TWeights, TReader>(in WeightTable weights, FieldRow* rows, int fields, ref LineFetch next)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader =>
        TilesOfTwo<Vector512FusedOps, Vector512<float>, Wide<Vector512<double>>, Vector512Halves>.Pairs<TWeights, TReader>(weights, rows, fields, ref next);
}
