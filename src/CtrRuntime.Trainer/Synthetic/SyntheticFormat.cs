namespace CtrRuntime.Trainer.Synthetic;

/// <summary>Text that a synthetic log is written as.</summary>
internal enum SyntheticFormat
{
    /// <summary><c>label field:feature:value</c> with ids unique over the fields.</summary>
    Libffm,

    /// <summary>A header <c>label,f00,f01,…</c>, then text values such as <c>v17</c>.</summary>
    Csv,
}
