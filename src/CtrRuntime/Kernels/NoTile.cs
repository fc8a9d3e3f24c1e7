namespace CtrRuntime.Kernels;

/// <summary>A latent vector fills a register: there is nothing to tile.</summary>
internal readonly unsafe struct NoTile : IFieldTile
{
    public static int Fields => 0;

    public static double Pairs<TWeights, TReader>(byte* entries, int fields, byte* next)
        where TWeights : struct, Vectors.IWeights
        where TReader : struct, IFieldReader => throw new NotSupportedException();
}
