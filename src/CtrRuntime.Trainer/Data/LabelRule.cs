using CtrRuntime.Input;

namespace CtrRuntime.Trainer.Data;

/// <summary>
/// What labels may be. Squared loss: any number. Logistic loss: 0 and 1, or −1 and 1, but not all three, and not one of them alone
/// in the training data.
/// </summary>
internal sealed class LabelRule(Loss loss, string file)
{
    private bool _zero;
    private bool _minusOne;
    private float _least = float.PositiveInfinity;
    private float _most = float.NegativeInfinity;

    /// <summary>Whether all labels so far were equal.</summary>
    public bool AllEqual => _least >= _most;

    /// <summary>The label to train on: 0 or 1 for clicks.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.Data"/>, naming the line.</exception>
    public float Accept(float label, long line)
    {
        if (loss == Loss.Logistic)
        {
            _zero |= label == 0;
            _minusOne |= label == -1;
            if (label is not (0 or 1 or -1))
                throw InputError.At(file, line, 1, $"label {label} is not 0 or 1 (nor -1 or 1), which logistic loss needs");
            if (_zero && _minusOne) throw InputError.At(file, line, 1, $"label {label} where others are {(label == 0 ? -1 : 0)}; labels are 0 and 1, or -1 and 1");
            if (label < 0) label = 0;
        }

        _least = Math.Min(_least, label);
        _most = Math.Max(_most, label);
        return label;
    }
}
