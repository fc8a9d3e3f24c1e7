using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using CtrRuntime.Kernels.Vectors;

namespace CtrRuntime.Kernels.Blocks;

/// <summary>Which blocks there are for the registers of a level and the bytes of a latent vector.</summary>
internal static class BlockShapes
{
    /// <summary>The blocks for a level that can be run here, a padded latent length and a weight type; null if there are none.</summary>
    public static FieldBlocks? Find(KernelLevel level, int paddedLatent, WeightType type)
    {
        int vector = paddedLatent * type.Size();

        // The processor is asked, although the level says it all, because the compiler ahead of time knows the answer and leaves out what cannot run.
        if (level == KernelLevel.Arm64 && AdvSimd.Arm64.IsSupported)
            return Of<Register128<Vector128FusedOps>, Vector128<uint>, Vector128<float>, Vector128<double>>(type, vector);
        if (level == KernelLevel.V4 && Avx512BW.IsSupported)
        {
            if (type == WeightType.Int8 && vector == 4) return new FieldBlocksOf<HalvesOfEight<Int8Factors>, HalvesOfEight<Int8Factors>>();
            return Of<Register512, Vector512<uint>, Vector512<float>, Vector512<double>>(type, vector);
        }

        if (level >= KernelLevel.V3 && Avx2.IsSupported) return Of<Register256, Vector256<uint>, Vector256<float>, Vector256<double>>(type, vector);
        return Of<Register128<Vector128Ops>, Vector128<uint>, Vector128<float>, Vector128<double>>(type, vector);
    }

    private static FieldBlocks? Of<TRegister, TBits, TFloats, TTotal>(WeightType type, int vector)
        where TRegister : struct, IRegister<TBits, TFloats, TTotal>
        where TBits : unmanaged
        where TFloats : unmanaged
        where TTotal : unmanaged => type switch
        {
            WeightType.Float32 => Of<TRegister, TBits, TFloats, TTotal, Float32Ones, Float32Factors>(vector),
            WeightType.BFloat16 => Of<TRegister, TBits, TFloats, TTotal, BFloat16Ones, BFloat16Factors>(vector),
            _ => Of<TRegister, TBits, TFloats, TTotal, Int8Factors, Int8Factors>(vector),
        };

    private static FieldBlocks? Of<TRegister, TBits, TFloats, TTotal, TOnes, TFactors>(int vector)
        where TRegister : struct, IRegister<TBits, TFloats, TTotal>
        where TBits : unmanaged
        where TFloats : unmanaged
        where TTotal : unmanaged
        where TOnes : struct, IProducts
        where TFactors : struct, IProducts
    {
        if (vector == TRegister.Size)
        {
            return new FieldBlocksOf<
                BlocksOfOne<TRegister, TBits, TFloats, TTotal, TOnes>, BlocksOfOne<TRegister, TBits, TFloats, TTotal, TFactors>>();
        }

        if (2 * vector == TRegister.Size)
        {
            return new FieldBlocksOf<
                BlocksOfTwo<TRegister, TBits, TFloats, TTotal, TOnes>, BlocksOfTwo<TRegister, TBits, TFloats, TTotal, TFactors>>();
        }

        // Latent vectors have at least four elements: what cannot be is not compiled.
        if (TRegister.Size >= 4 * 4 * TOnes.Size && TRegister.Size > 16 && 4 * vector == TRegister.Size)
        {
            return new FieldBlocksOf<
                BlocksOfFour<TRegister, TBits, TFloats, TTotal, TOnes>, BlocksOfFour<TRegister, TBits, TFloats, TTotal, TFactors>>();
        }

        if (TRegister.Size >= 8 * 4 * TOnes.Size && TRegister.Size > 16 && 8 * vector == TRegister.Size)
        {
            return new FieldBlocksOf<
                BlocksOfEight<TRegister, TBits, TFloats, TTotal, TOnes>, BlocksOfEight<TRegister, TBits, TFloats, TTotal, TFactors>>();
        }

        return null;
    }
}
