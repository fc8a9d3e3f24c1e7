using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Trainer.Data;
using CtrRuntime.Trainer.Learners;
using CtrRuntime.Trainer.Metrics;

namespace CtrRuntime.Trainer;

/// <summary>The options of a run, checked, with the defaults of kind and solver filled in: a nullable option that these use has a value here.</summary>
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

    /// <summary>The metric that is the loss as people want to read it.</summary>
    public string LossMetric => Loss == Loss.Squared ? MetricNames.Rmse : MetricNames.Logloss;

    /// <summary>What decides the best epoch; null for a solver that keeps the last.</summary>
    public StopMetric? Stop => Options.EarlyStop;

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

    /// <summary>Memory for a model of the data's slots and fields, all zeros.</summary>
    public WeightBuffer NewWeights(TrainingData data) => new(
        (uint)data.Counts.Length, SlotLayout.Of(Kind.LatentBlocks(data.Schema.Fields.Count), Latent, WeightType.Float32), PairBits);

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
            Latent = kind.HasLatent ? options.Latent ?? learner.Latent : null,
            PairBits = kind.HasPairTable ? options.PairBits ?? LearnerKinds.PairBits : null,
        };
        options = options.Solver switch
        {
            Solver.Adagrad => ForAdagrad(options, learner),
            Solver.Lbfgs => ForLbfgs(options, kind),
            _ => throw Invalid($"there is no solver {options.Solver}"),
        };
        var plan = new TrainingPlan(options, kind, learner, format);
        plan.CheckNumbers();
        plan.CheckInputs();
        return plan;
    }

    private static TrainingOptions ForAdagrad(TrainingOptions options, LearnerKind learner) => options with
    {
        Epochs = options.Epochs ?? (options.Validation is null ? LearnerKinds.EpochsWithoutValidation : LearnerKinds.Epochs),
        LinearLearningRate = options.LinearLearningRate ?? options.LearningRate ?? learner.LinearRate,
        LearningRate = options.LearningRate ?? learner.PairRate,
        LinearL2 = options.LinearL2 ?? learner.LinearL2,
        Averaging = options.Averaging ?? LearnerKinds.Averaging,
        EarlyStop = options.EarlyStop ?? (options.Loss == Loss.Squared ? StopMetric.Rmse : StopMetric.LogLoss),
        Patience = options.Patience ?? LearnerKinds.Patience,
    };

    private static TrainingOptions ForLbfgs(TrainingOptions options, ModelKind kind)
    {
        Require(!kind.HasLatent && !kind.HasPairTable, $"solver lbfgs trains linear models (kind lr), not {kind.Name}");
        Require(options.LearningRate is null && options.LinearLearningRate is null, "solver lbfgs has no learning rate");
        Require(options.LinearL2 is null, "solver lbfgs has one L2 for all weights and no linear L2 of its own");
        Require(options.Averaging is null, "solver lbfgs has no averaging");
        Require(options.EarlyStop is null && options.Patience is null, "solver lbfgs goes to the optimum and has neither early stopping nor patience");
        return options with { Epochs = options.Epochs ?? LbfgsRun.DefaultEpochs, L2 = options.L2 ?? LbfgsRun.DefaultL2 };
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
        Require(o.Patience is null or >= 1, "the patience must be at least one epoch");
        Require(IsRate(o.LearningRate) && IsRate(o.LinearLearningRate), "a learning rate must be finite and above 0");
        Require(IsNotNegative(o.L2), "the L2 must be finite and at least 0");
        Require(IsNotNegative(o.LinearL2), "the linear L2 must be finite and at least 0");
        Require(IsNotNegative(o.InitialDeviation), "the initial deviation must be finite and at least 0");
        Require(o.Averaging is null or (>= 0 and < 1), "the averaging must be at least 0 and below 1");
        Require(o.Bins is >= 2 and <= 65536, "the bins must be from 2 to 65536");
        Require(o.MinCount >= 1, "the minimum count must be at least 1");
        Require(o.MinCount == 1 || o.Index == IndexKind.Exact, "a minimum count needs an exact index");
        Require(
            Stop is null || (Loss == Loss.Squared) == (Stop == StopMetric.Rmse),
            "early stopping by RMSE goes with squared loss, by log loss or AUC with logistic loss");

        static bool IsRate(double? value) => value is null || (value > 0 && double.IsFinite(value.Value));

        static bool IsNotNegative(double? value) => value is null || (value >= 0 && double.IsFinite(value.Value));
    }

    private void CheckInputs()
    {
        TrainingOptions o = Options;
        Require(o.Data != InputBuffer.StandardInput || o.Validation != InputBuffer.StandardInput, "data and validation cannot both be standard input");
        Require(o.Cache is null || (o.Data != InputBuffer.StandardInput && o.Validation != InputBuffer.StandardInput), "rows of standard input cannot be cached");
        Require(!Kind.UsesFields || Format != InputFormat.Libsvm, $"{Kind.Name} needs fields, which libsvm text does not have; use libffm text or CSV");
        bool named = o.Label.Length + o.Weight.Length + o.Clicks.Length + o.Impressions.Length + o.Numeric.Count + o.Standardized.Count + o.Ignored.Count > 0;
        Require(HasColumns || !named, $"{InputFormats.Name(Format)} text has no columns that could be named");
        Require((o.Clicks.Length > 0) == (o.Impressions.Length > 0), "clicks and impressions come together or not at all");
        Require(o.Clicks.Length == 0 || (o.Label.Length == 0 && o.Weight.Length == 0), "clicks and impressions take the place of label and weight");
        Require(o.Clicks.Length == 0 || Loss == Loss.Logistic, "clicks and impressions need logistic loss");
    }
}
