using System.Runtime.Intrinsics;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Latent vectors of four floats, two fields to a 256-bit register.</summary>
internal readonly unsafe struct TileOfTwo : IFieldTile
{
    public static int Fields => 2;

    public static double Pairs<TWeights, TReader>(byte* entries, int fields, byte* next)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader =>
        TilesOfTwo<Vector256FusedOps, Vector256<float>, Wide<Vector256<double>>, Vector256Halves>.Pairs<TWeights, TReader>(entries, fields, next);
}
