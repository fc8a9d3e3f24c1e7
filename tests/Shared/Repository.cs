namespace CtrRuntime.Tests.Shared;

/// <summary>Where the repository is, for tests that read its files.</summary>
internal static class Repository
{
    /// <summary>The folder of CtrRuntime.sln.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CtrRuntime.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("tests must run inside the repository");
    }
}
