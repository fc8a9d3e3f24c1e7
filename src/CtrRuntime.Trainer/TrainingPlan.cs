using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Learners;

namespace CtrRuntime.Trainer;

/// <summary>The options of a run, checked, with the defaults of the kind filled in: whoever reads a nullable option here finds a value.</summary>
internal sealed class TrainingPlan
{
    private TrainingPlan(TrainingOptions options, ModelKind kind, LearnerKind learner, InputFormat format)
    {
        Options = options;
        Kind = kind;
        Learner = learner;
        Format = format;
    }

    /// <summary>The options with the defaults of the kind; those that depend on the data may still be null.</summary>
    public TrainingOptions Options { get; }

    /// <summary>The kind of model.</summary>
    public ModelKind Kind { get; }

    /// <summary>How it is trained.</summary>
    public LearnerKind Learner { get; }

    /// <summary>Format of the data.</summary>
    public InputFormat Format { get; }

    /// <summary>What is minimised.</summary>
    public Loss Loss => Options.Loss!.Value;

    /// <summary>What decides the best epoch.</summary>
    public StopMetric Stop => Options.EarlyStop!.Value;

    /// <summary>The link that goes with the loss.</summary>
    public Link Link => Loss == Loss.Squared ? Link.Identity : Link.Sigmoid;

    /// <summary>Latent length k; 0 for kinds without latent vectors.</summary>
    public int Latent => Kind.HasLatent ? Options.Latent!.Value : 0;

    /// <summary>Bits of the pair table; negative for kinds without one.</summary>
    public int PairBits => Kind.HasPairTable ? Options.PairBits!.Value : -1;

    /// <summary>Whether keys are texts of columns rather than ids.</summary>
    public bool HasColumns => InputFormats.Delimiter(Format) != null;

    /// <summary>The options with nothing left open: also those are filled in that depend on the mean number of pairs in a row.</summary>
    public TrainingOptions OptionsFor(double pairsPerRow) => Options with
    {
        L2 = Options.L2 ?? Learner.PairL2(pairsPerRow, Latent),
        InitialDeviation = Kind.HasLatent ? Options.InitialDeviation ?? LatentStart.Deviation(pairsPerRow, Latent) : null,
    };

    /// <summary>Checks options and fills in what does not depend on the data.</summary>
    /// <exception cref="CtrException"><see cref="CtrStatus.InvalidArgument"/>: an option is unknown or out of range, or two contradict each other.</exception>
    public static TrainingPlan Of(TrainingOptions options)
    {
        ModelKind kind = ModelKinds.Find(options.Kind)
            ?? throw Invalid($"kind '{options.Kind}' is not one of {string.Join(", ", ModelKinds.All.Select(k => k.Name))}");
        LearnerKind learner = LearnerKinds.Of(kind);
        InputFormat format = InputFormats.Parse(options.Format)
            ?? throw Invalid($"format '{options.Format}' is not one of {InputFormats.Names}");
        Loss loss = options.Loss ?? learner.Loss;
        options = options with
        {
            Loss = loss,
            EarlyStop = options.EarlyStop ?? (loss == Loss.Squared ? StopMetric.Rmse : StopMetric.LogLoss),
            Latent = kind.HasLatent ? options.Latent ?? learner.Latent : null,
            PairBits = kind.HasPairTable ? options.PairBits ?? LearnerKinds.PairBits : null,
            Epochs = options.Epochs ?? (options.Validation is null ? LearnerKinds.EpochsWithoutValidation : LearnerKinds.Epochs),
            LinearLearningRate = options.LinearLearningRate ?? options.LearningRate ?? learner.LinearRate,
            LearningRate = options.LearningRate ?? learner.PairRate,
            LinearL2 = options.LinearL2 ?? learner.LinearL2,
        };
        var plan = new TrainingPlan(options, kind, learner, format);
        plan.CheckNumbers();
        plan.CheckInputs();
        return plan;
    }

    private static CtrException Invalid(string detail) => new(CtrStatus.InvalidArgument, detail);

    private static void Require(bool holds, string detail)
    {
        if (!holds) throw Invalid(detail);
    }

    private void CheckNumbers()
    {
        TrainingOptions o = Options;
        Require(o.Latent is null or (>= 1 and <= 1024), "the latent length must be from 1 to 1024");
        Require(o.PairBits is null or (>= 1 and <= 30), "the pair bits must be from 1 to 30");
        Require(o.Index != IndexKind.Hashed || o.IndexBits is >= 1 and <= 30, "the index bits must be from 1 to 30");
        Require(o.Epochs >= 1, "there must be at least one epoch");
        Require(o.Patience >= 1, "the patience must be at least one epoch");
        Require(IsPositive(o.LearningRate) && IsPositive(o.LinearLearningRate), "a learning rate must be finite and above 0");
        Require(o.L2 is null || (o.L2 >= 0 && double.IsFinite(o.L2.Value)), "the L2 must be finite and at least 0");
        Require(o.LinearL2 >= 0 && double.IsFinite(o.LinearL2.Value), "the linear L2 must be finite and at least 0");
        Require(o.InitialDeviation is null || o.InitialDeviation >= 0 && double.IsFinite(o.InitialDeviation.Value), "the initial deviation must be finite and at least 0");
        Require(o.Averaging is >= 0 and < 1, "the averaging must be at least 0 and below 1");
        Require(o.Bins is >= 2 and <= 65536, "the bins must be from 2 to 65536");
        Require(o.MinCount >= 1, "the minimum count must be at least 1");
        Require(o.MinCount == 1 || o.Index == IndexKind.Exact, "a minimum count needs an exact index");
        Require((Loss == Loss.Squared) == (Stop == StopMetric.Rmse), "early stopping by RMSE goes with squared loss, by log loss or AUC with logistic loss");

        static bool IsPositive(double? value) => value > 0 && double.IsFinite(value.Value);
    }

    private void CheckInputs()
    {
        TrainingOptions o = Options;
        Require(o.Data != InputBuffer.StandardInput || o.Validation != InputBuffer.StandardInput, "data and validation cannot both be standard input");
        Require(!Kind.UsesFields || Format != InputFormat.Libsvm, $"{Kind.Name} needs fields, which libsvm text does not have; use libffm text or CSV");
        bool named = o.Label.Length + o.Weight.Length + o.Clicks.Length + o.Impressions.Length + o.Numeric.Count + o.Standardized.Count + o.Ignored.Count > 0;
        Require(HasColumns || !named, $"{InputFormats.Name(Format)} text has no columns that could be named");
        Require((o.Clicks.Length > 0) == (o.Impressions.Length > 0), "clicks and impressions come together or not at all");
        Require(o.Clicks.Length == 0 || (o.Label.Length == 0 && o.Weight.Length == 0), "clicks and impressions take the place of label and weight");
        Require(o.Clicks.Length == 0 || Loss == Loss.Logistic, "clicks and impressions need logistic loss");
    }
}
