using System.Runtime.Intrinsics;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels;

/// <summary>Latent vectors of eight floats, two fields to a 512-bit register.</summary>
internal readonly unsafe struct WideTileOfTwo : IFieldTile
{
    public static int Fields => 2;

    public static double Pairs<TWeights, TReader>(byte* entries, int fields, byte* next)
        where TWeights : struct, IWeights
        where TReader : struct, IFieldReader =>
        TilesOfTwo<Vector512FusedOps, Vector512<float>, Wide<Vector512<double>>, Vector512Halves>.Pairs<TWeights, TReader>(entries, fields, next);
}
