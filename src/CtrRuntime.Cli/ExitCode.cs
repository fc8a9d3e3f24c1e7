namespace CtrRuntime.Cli;

/// <summary>What <c>ctr</c> answers to the shell.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Ok = 0;

    /// <summary>The data or the model cannot be used, or a file cannot be read or written.</summary>
    public const int Error = 1;

    /// <summary>The command line cannot be understood.</summary>
    public const int Usage = 2;

    /// <summary>Ctrl-C, as a shell counts it: 128 + SIGINT.</summary>
    public const int Interrupted = 130;
}
