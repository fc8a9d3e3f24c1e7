using System.Runtime.InteropServices;

namespace CtrRuntime.Trainer.Learners;

/// <summary>What training keeps of a feature's linear term. 16 bytes, so that it lies in one cache line.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct LinearCell
{
    /// <summary>The linear weight w.</summary>
    public float Weight;

    /// <summary>AdaGrad's accumulator G.</summary>
    public float Squares;

    /// <summary>1 / n, n the weighted count of the feature in training: the share of the ridge that is due at each touch.</summary>
    public float InverseCount;

    /// <summary>Not used.</summary>
    public float Unused;
}
