namespace CtrRuntime.Input;

/// <summary>What examples are read for.</summary>
internal enum ExampleMode
{
    /// <summary>Training and evaluation: every example has a label; an aggregated row is one example per label.</summary>
    Training,

    /// <summary>Scoring: labels may be absent; every row is exactly one example, so that scores come in the order of the input.</summary>
    Scoring,

    /// <summary>Ranking: as scoring, of rows that are only a part of an example, so that columns may be absent.</summary>
    Ranking,
}
