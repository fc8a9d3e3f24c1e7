namespace CtrRuntime;

/// <summary>The one exception of the runtime: a status and a detail that says what, and where.</summary>
public sealed class CtrException : Exception
{
    /// <summary>Makes an exception of <paramref name="status"/> with a detail for people.</summary>
    public CtrException(CtrStatus status, string detail) : base(detail) => Status = status;

    /// <summary>Makes an exception of <paramref name="status"/> that was caused by another.</summary>
    public CtrException(CtrStatus status, string detail, Exception cause) : base(detail, cause) => Status = status;

    /// <summary>Why the call was refused.</summary>
    public CtrStatus Status { get; }
}
