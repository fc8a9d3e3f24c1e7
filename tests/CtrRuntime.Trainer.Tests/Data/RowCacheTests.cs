using CtrRuntime.Model;
using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Tests.Data;

/// <summary>A cache gives the rows that the text gives, or is made anew and says so.</summary>
public sealed class RowCacheTests : IDisposable
{
    private readonly TrainingRuns _runs = new();

    public void Dispose() => _runs.Dispose();

    private string Folder => _runs.File("cache");

    private string CacheFile => Assert.Single(Directory.GetFiles(Folder));

    [Theory]
    [InlineData("lr", IndexKind.Exact, false)]
    [InlineData("ffm", IndexKind.Exact, true)]
    [InlineData("fm", IndexKind.Hashed, true)]
    [InlineData("poly2", IndexKind.Direct, true)]
    public void A_model_is_the_same_without_a_cache_with_a_new_and_with_an_old_one(string kind, IndexKind index, bool validated)
    {
        string text = TrainingRuns.Log(1, 300, several: true);
        TrainingOptions options = _runs.Options(kind, "libffm", text, validated ? TrainingRuns.Log(2, 100, values: 8, several: true) : null) with { Index = index, IndexBits = 5, Epochs = 2 };
        AssertSame(options);
    }

    [Fact]
    public void A_table_gives_the_same_schema_names_and_warnings()
    {
        string header = "label,weight,city,age,price,flat\n";
        string rows = string.Concat(Enumerable.Range(0, 60).Select(i => $"{i % 2},{1 + (i % 3)},{(i % 5 == 0 ? "Zürich" : "Bern")},{i % 17},{i * 0.5},7\n"));
        TrainingOptions options = _runs.Options("ffm", "csv", header + rows, header + "1,1,Bern,3,0.5,7\n0,2,Basel,16,,7\n") with
        {
            Weight = "weight", Numeric = ["age", "flat"], Standardized = ["price"], Bins = 4, MinCount = 2, Epochs = 2,
        };
        TrainingReport report = AssertSame(options);
        Assert.Contains(report.Warnings, warning => warning.Contains("column 'flat' has the same number everywhere", StringComparison.Ordinal));
    }

    [Fact]
    public void A_cache_whose_data_changed_is_made_anew()
    {
        TrainingOptions options = Cached("1 0:1:1\n0 0:2:1\n");
        TrainingRuns.Train(options);
        byte[] old = File.ReadAllBytes(CacheFile);
        options = Cached("1 0:1:1\n0 0:3:1\n");
        AssertMadeAnew(options, "the data has changed, or an option that rows depend on");
        Assert.NotEqual(old, File.ReadAllBytes(CacheFile));
    }

    [Fact]
    public void Every_option_that_rows_depend_on_has_a_cache_of_its_own()
    {
        TrainingOptions options = Cached(TrainingRuns.Log(3, 50));
        TrainingOptions[] others =
        [
            options, options with { Kind = "ffm" }, options with { MinCount = 2 }, options with { Index = IndexKind.Direct },
            options with { Index = IndexKind.Hashed }, options with { Index = IndexKind.Hashed, IndexBits = 4 }, options with { Loss = Loss.Squared },
            options with { Validation = options.Data },
        ];
        foreach (TrainingOptions other in others)
            Assert.DoesNotContain(TrainingRuns.Train(other).Warnings, warning => warning.Contains("made anew", StringComparison.Ordinal));
        Assert.Equal(others.Length, Directory.GetFiles(Folder).Length);
        TrainingRuns.Train(options with { Epochs = 2, Seed = 9, LearningRate = 0.01 });
        Assert.Equal(others.Length, Directory.GetFiles(Folder).Length);
    }

    [Fact]
    public void A_cache_with_a_byte_changed_anywhere_is_made_anew()
    {
        TrainingOptions options = Cached("1 0:1:1\n0 0:2:1\n");
        TrainingRuns.Train(options);
        byte[] whole = File.ReadAllBytes(CacheFile);
        for (int at = 0; at < whole.Length; at += 5)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x40;
            File.WriteAllBytes(CacheFile, damaged);
            using TrainingData _ = Load(options, out List<string> warnings);
            Assert.Contains("; it is made anew", Assert.Single(warnings), StringComparison.Ordinal);
            Assert.Equal(whole, File.ReadAllBytes(CacheFile));
        }
    }

    [Fact]
    public void A_cache_of_any_other_length_is_made_anew()
    {
        TrainingOptions options = Cached("1 0:1:1\n0 0:2:1\n");
        TrainingRuns.Train(options);
        byte[] whole = File.ReadAllBytes(CacheFile);
        for (int length = 0; length < whole.Length; length += 7)
        {
            File.WriteAllBytes(CacheFile, whole[..length]);
            using TrainingData _ = Load(options, out List<string> warnings);
            Assert.Contains("; it is made anew", Assert.Single(warnings), StringComparison.Ordinal);
        }

        File.WriteAllBytes(CacheFile, [.. whole, 0]);
        AssertMadeAnew(options, "it is damaged");
        Assert.Equal(whole, File.ReadAllBytes(CacheFile));
    }

    [Fact]
    public void A_foreign_file_or_another_version_is_made_anew()
    {
        TrainingOptions options = Cached("1 0:1:1\n0 0:2:1\n");
        TrainingRuns.Train(options);
        byte[] version = File.ReadAllBytes(CacheFile);
        version[8]++;
        File.WriteAllBytes(CacheFile, version);
        AssertMadeAnew(options, "it has version 2, this program writes 1");
        File.Copy(options.ModelPath, CacheFile, overwrite: true);
        AssertMadeAnew(options, "it is not a cache of rows");
    }

    [Fact]
    public void What_is_no_file_is_not_cached()
    {
        TrainingOptions options = Cached("1 0:1:1\n0 0:2:1\n");
        TrainingRuns.Refused(options with { Data = "-" }, CtrStatus.InvalidArgument, "rows of standard input cannot be cached");
        TrainingRuns.Refused(options with { Validation = "/dev/null" }, CtrStatus.InvalidArgument, "/dev/null: is no file");
        TrainingRuns.Refused(options with { Data = _runs.File("absent") }, CtrStatus.Io, "absent");
        TrainingRuns.Refused(options with { Cache = options.Data }, CtrStatus.Io, options.Data);
        Assert.False(Directory.Exists(Folder));
    }

    [Fact]
    public void Data_that_is_refused_leaves_no_cache()
    {
        TrainingRuns.Refused(Cached("1 0:1:1\n0 0:2:x\n"), CtrStatus.Data, "train.txt:2:7: value 'x' is not a finite number");
        Assert.Empty(Directory.GetFiles(Folder));
    }

    private TrainingOptions Cached(string text) => _runs.Options("lr", "libffm", text) with { Cache = Folder, Epochs = 1 };

    private static TrainingData Load(TrainingOptions options, out List<string> warnings)
    {
        warnings = [];
        return new RowCache(TrainingPlan.Of(options), options.Cache!, null, warnings.Add, CancellationToken.None).Load();
    }

    private static void AssertMadeAnew(TrainingOptions options, string why)
    {
        Assert.Contains(TrainingRuns.Train(options).Warnings, warning => warning.EndsWith($"{why}; it is made anew", StringComparison.Ordinal));
        Assert.DoesNotContain(TrainingRuns.Train(options).Warnings, warning => warning.Contains("made anew", StringComparison.Ordinal));
    }

    // Trains thrice; answers the report of the last run.
    private TrainingReport AssertSame(TrainingOptions options)
    {
        TrainingReport without = TrainingRuns.Train(options);
        byte[] model = File.ReadAllBytes(options.ModelPath);
        options = options with { Cache = Folder };
        TrainingReport made = TrainingRuns.Train(options);
        Assert.Equal(model, File.ReadAllBytes(options.ModelPath));
        DateTime written = File.GetLastWriteTimeUtc(CacheFile);
        TrainingReport used = TrainingRuns.Train(options);
        Assert.Equal(model, File.ReadAllBytes(options.ModelPath));
        Assert.Equal(written, File.GetLastWriteTimeUtc(CacheFile));
        Assert.Equal(without.Warnings, made.Warnings);
        Assert.Equal(without.Warnings, used.Warnings);
        return used;
    }
}
