using Microsoft.ML.Data;

namespace CtrRuntime.Libraries;

/// <summary>A row for ML.NET, which takes a vector column for each field: 0 but for one feature, so stored sparsely.</summary>
internal sealed class FieldsRow
{
    public bool Label { get; set; }

    public VBuffer<float> F0 { get; set; }

    public VBuffer<float> F1 { get; set; }

    public VBuffer<float> F2 { get; set; }

    public VBuffer<float> F3 { get; set; }

    public VBuffer<float> F4 { get; set; }

    public VBuffer<float> F5 { get; set; }

    public VBuffer<float> F6 { get; set; }

    public VBuffer<float> F7 { get; set; }

    public VBuffer<float> F8 { get; set; }

    public VBuffer<float> F9 { get; set; }

    public VBuffer<float> F10 { get; set; }

    public VBuffer<float> F11 { get; set; }

    public VBuffer<float> F12 { get; set; }

    public VBuffer<float> F13 { get; set; }

    public VBuffer<float> F14 { get; set; }

    public VBuffer<float> F15 { get; set; }

    public VBuffer<float> F16 { get; set; }

    public VBuffer<float> F17 { get; set; }

    public VBuffer<float> F18 { get; set; }

    public VBuffer<float> F19 { get; set; }

    public VBuffer<float> F20 { get; set; }

    public VBuffer<float> F21 { get; set; }

    public VBuffer<float> F22 { get; set; }

    public VBuffer<float> F23 { get; set; }

    public VBuffer<float> F24 { get; set; }

    public VBuffer<float> F25 { get; set; }

    public VBuffer<float> F26 { get; set; }

    public VBuffer<float> F27 { get; set; }

    public VBuffer<float> F28 { get; set; }

    public VBuffer<float> F29 { get; set; }

    public VBuffer<float> F30 { get; set; }

    public VBuffer<float> F31 { get; set; }

    public VBuffer<float> F32 { get; set; }

    public VBuffer<float> F33 { get; set; }

    public VBuffer<float> F34 { get; set; }

    public VBuffer<float> F35 { get; set; }

    public VBuffer<float> F36 { get; set; }

    public VBuffer<float> F37 { get; set; }

    public VBuffer<float> F38 { get; set; }
}
