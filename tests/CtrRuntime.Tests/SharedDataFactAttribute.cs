namespace CtrRuntime.Tests;

/// <summary>
/// A test on the real data sets, which are not part of the repository: they are in the folder that CTR_DATA names, or in
/// <c>shared/data</c> beside any folder above the tests. Skipped, saying so, where they are absent.
/// </summary>
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (Folder is null) Skip = "no data: set CTR_DATA to the folder with adult.train.csv";
    }

    /// <summary>The folder of the data, or null.</summary>
    public static string? Folder { get; } = Find();

    private static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CTR_DATA") is { Length: > 0 } named) return named;
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder != null; folder = folder.Parent)
        {
            string data = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(data)) return data;
        }

        return null;
    }
}
