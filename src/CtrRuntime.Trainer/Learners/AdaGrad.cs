using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace CtrRuntime.Trainer.Learners;

/// <summary>
/// AdaGrad (Duchi et al., JMLR 2011) with a ridge: g = c·d + λ·w, G ← G + g², w ← w − η·g/√G, element by element; G starts at 1.
/// c is what the elements of the gradient have in common, d the rest of it.
/// </summary>
internal static unsafe class AdaGrad
{
    /// <summary>Where accumulators start, so that the first step of a weight is about η·g.</summary>
    public const float Start = 1;

    /// <summary>Steps one weight on gradient <paramref name="g"/>, ridge included.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step(ref float w, ref float squares, float g, float rate)
    {
        squares += g * g;
        w -= rate * g / MathF.Sqrt(squares);
    }

    /// <summary>Steps <paramref name="count"/> weights, a multiple of 4.</summary>
    /// <param name="w">The weights.</param>
    /// <param name="squares">Their accumulators G.</param>
    /// <param name="direction">d.</param>
    /// <param name="count">Number of weights.</param>
    /// <param name="scale">c.</param>
    /// <param name="ridge">λ.</param>
    /// <param name="rate">η.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Step(float* w, float* squares, float* direction, int count, float scale, float ridge, float rate)
    {
        int i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<float> scales16 = Vector512.Create(scale), ridges16 = Vector512.Create(ridge), rates16 = Vector512.Create(rate);
            for (; i + 16 <= count; i += 16)
            {
                Vector512<float> old = Vector512.Load(w + i);
                Vector512<float> g = (scales16 * Vector512.Load(direction + i)) + (ridges16 * old);
                Vector512<float> sum = Vector512.Load(squares + i) + (g * g);
                sum.Store(squares + i);
                (old - (rates16 * g * InverseRoot(sum))).Store(w + i);
            }
        }

        Vector256<float> scales = Vector256.Create(scale), ridges = Vector256.Create(ridge), rates = Vector256.Create(rate);
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> old = Vector256.Load(w + i);
            Vector256<float> g = (scales * Vector256.Load(direction + i)) + (ridges * old);
            Vector256<float> sum = Vector256.Load(squares + i) + (g * g);
            sum.Store(squares + i);
            (old - (rates * g * InverseRoot(sum))).Store(w + i);
        }

        if (i == count) return;
        Vector128<float> scales4 = Vector128.Create(scale), ridges4 = Vector128.Create(ridge), rates4 = Vector128.Create(rate);
        for (; i < count; i += 4)
        {
            Vector128<float> old = Vector128.Load(w + i);
            Vector128<float> g = (scales4 * Vector128.Load(direction + i)) + (ridges4 * old);
            Vector128<float> sum = Vector128.Load(squares + i) + (g * g);
            sum.Store(squares + i);
            (old - (rates4 * g * InverseRoot(sum))).Store(w + i);
        }
    }

    /// <summary>
    /// 1/√x: the processor's estimate (of 12 bits or more, which differs between makes) and one step of Newton's method, which doubles
    /// the bits. Square root and division take three times as long, and rounding the step better does not make it any better.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> InverseRoot(Vector512<float> x)
    {
        if (!Avx512F.IsSupported) return Vector512<float>.One / Vector512.Sqrt(x);
        Vector512<float> root = Avx512F.ReciprocalSqrt14(x);
        return root * Avx512F.FusedMultiplyAddNegated(Vector512.Create(0.5f) * x * root, root, Vector512.Create(1.5f));
    }

    /// <summary>The same in 256 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> InverseRoot(Vector256<float> x)
    {
        Vector256<float> root = Avx.IsSupported ? Avx.ReciprocalSqrt(x) : Vector256<float>.One / Vector256.Sqrt(x);
        return root * (Vector256.Create(1.5f) - (Vector256.Create(0.5f) * x * root * root));
    }

    /// <summary>The same in 128 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> InverseRoot(Vector128<float> x)
    {
        Vector128<float> root = Sse.IsSupported ? Sse.ReciprocalSqrt(x) : Vector128<float>.One / Vector128.Sqrt(x);
        return root * (Vector128.Create(1.5f) - (Vector128.Create(0.5f) * x * root * root));
    }
}
