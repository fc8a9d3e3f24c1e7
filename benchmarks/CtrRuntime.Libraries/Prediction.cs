namespace CtrRuntime.Libraries;

/// <summary>What ML.NET answers for a row; the name is that of its column.</summary>
internal sealed class Prediction
{
    /// <summary>The probability of the label.</summary>
    public float Probability { get; set; }
}
