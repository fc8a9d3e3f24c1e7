using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime;

/// <summary>What a model is.</summary>
/// <param name="Kind">lr, poly2, mf, fm or ffm.</param>
/// <param name="Latent">Length k of a latent vector; 0 for kinds without.</param>
/// <param name="FieldCount">Number of fields; 0 when features have none.</param>
/// <param name="SlotCount">Number of features with weights.</param>
/// <param name="SlotStride">Bytes of a feature's latent weights; 0 for kinds without.</param>
/// <param name="Weights">How latent and pair weights are stored.</param>
/// <param name="FileSize">Bytes of the file.</param>
/// <param name="Keys">What keys are.</param>
/// <param name="Index">How a key finds its weights.</param>
/// <param name="Link">What turns the logit into a score.</param>
/// <param name="Bias">The bias b.</param>
/// <param name="Level">The instruction set of the kernels in use.</param>
/// <param name="FormatMajor">Major version of the file's format.</param>
/// <param name="FormatMinor">Minor version of the file's format.</param>
public sealed record CtrModelInfo(
    string Kind,
    int Latent,
    int FieldCount,
    long SlotCount,
    int SlotStride,
    WeightType Weights,
    long FileSize,
    KeyKind Keys,
    IndexKind Index,
    Link Link,
    float Bias,
    KernelLevel Level,
    int FormatMajor,
    int FormatMinor);
