using Microsoft.ML.Data;

namespace CtrRuntime.Libraries;

/// <summary>A row for ML.NET, which takes a vector column for each field: 0 but for one feature, so stored sparsely.</summary>
internal sealed class FieldsRow
{
#pragma warning disable CS0649 // They are set by their names.
    public bool Label;

    public VBuffer<float>
        F0, F1, F2, F3, F4, F5, F6, F7, F8, F9, F10, F11, F12,
        F13, F14, F15, F16, F17, F18, F19, F20, F21, F22, F23, F24, F25,
        F26, F27, F28, F29, F30, F31, F32, F33, F34, F35, F36, F37, F38;
#pragma warning restore CS0649
}
