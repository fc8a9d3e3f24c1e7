using System.Text.RegularExpressions;
using CtrRuntime.Kernels;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>What the published files are for a linker and a packager.</summary>
public sealed partial class ElfTests
{
    /// <summary>All builds: to look at one does not take its processor.</summary>
    public static TheoryData<KernelLevel> Builds => [KernelLevel.V2, KernelLevel.V3, KernelLevel.V4];

    [Theory]
    [MemberData(nameof(Builds))]
    public void It_exports_the_listed_functions_and_nothing_else(KernelLevel level)
    {
        IEnumerable<string> exported = Symbol().Matches(Tool.Run("nm", "-D", "--defined-only", CtrLibrary.PathOf(level))).Select(m => m.Groups[1].Value);
        Assert.Equal(File.ReadAllLines(Path.Combine(Repository.Root, "native/exports.txt")), exported.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Builds))]
    public void It_needs_the_C_library_only_and_stays_loaded(KernelLevel level)
    {
        string dynamic = Tool.Run("readelf", "-d", CtrLibrary.PathOf(level));
        // The loader is part of the C library; thread-local storage is its business.
        Assert.Equal(
            [level == KernelLevel.Arm64 ? "ld-linux-aarch64.so.1" : "ld-linux-x86-64.so.2", "libc.so.6", "libm.so.6"],
            Needed().Matches(dynamic).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
        Assert.Contains("Library soname: [libctr.so.1]", dynamic);
        Assert.Contains("NODELETE", dynamic);
    }

    [Theory]
    [MemberData(nameof(Builds))]
    public void It_runs_on_glibc_2_34(KernelLevel level)
    {
        MatchCollection versions = Glibc().Matches(Tool.Run("objdump", "-T", CtrLibrary.PathOf(level)));
        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.InRange(Version.Parse(version.Groups[1].Value), new Version(2, 2), new Version(2, 34)));
    }

    [Theory]
    [MemberData(nameof(Builds))]
    public void It_is_small(KernelLevel level) => Assert.InRange(new FileInfo(CtrLibrary.PathOf(level)).Length, 500_000, LargestLibrary(level));

    [EmulatorFact]
    public void The_build_for_arm64_is_no_different()
    {
        It_exports_the_listed_functions_and_nothing_else(KernelLevel.Arm64);
        It_needs_the_C_library_only_and_stays_loaded(KernelLevel.Arm64);
        It_runs_on_glibc_2_34(KernelLevel.Arm64);
        It_is_small(KernelLevel.Arm64);
    }

    [Fact]
    public void The_loader_picks_the_best_build()
    {
        var (code, _, error) = Tool.Try(Path.Combine(CtrLibrary.Folder, "bin/ctr_score"), ["/nonexistent"], ("LD_DEBUG", "libs"));
        Assert.Equal(1, code);
        string picked = CtrLibrary.PathOf(KernelLevels.Resolve(KernelLevel.Best));
        Assert.Contains($"calling init: {Path.GetFullPath(picked)}", error.Replace("/bin/../", "/"));
    }

    [Fact]
    public void Pkg_config_and_cmake_find_it()
    {
        using var directory = new TemporaryDirectory();
        string first = Path.Combine(Repository.Root, "native/examples/first_score.c");
        string folder = CtrLibrary.Folder;
        string version = typeof(CtrModel).Assembly.GetName().Version!.ToString(3);
        var (code, flags, error) = Tool.Try("pkg-config", ["--cflags", "--libs", "ctr"], ("PKG_CONFIG_PATH", $"{folder}/lib/pkgconfig"));
        Assert.True(code == 0, error);
        Tool.Run("gcc", ["-std=c99", first, .. flags.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), "-o", directory.File("first")]);

        File.WriteAllText(directory.File("CMakeLists.txt"), $"""
            cmake_minimum_required(VERSION 3.13)
            project(first C)
            find_package(ctr {version} REQUIRED CONFIG)
            add_executable(first {first})
            target_link_libraries(first ctr::ctr)
            """);
        Tool.Run("cmake", "-S", directory.Path, "-B", directory.File("build"), $"-DCMAKE_PREFIX_PATH={folder}");
        Tool.Run("cmake", "--build", directory.File("build"));
        TestModels.Write(directory.File("model.ctr"), new("ffm"));
        foreach (string built in new[] { directory.File("first"), directory.File("build/first") })
        {
            var run = Tool.Try("bash", ["-c", $"cd {directory.Path} && {built}"], ("LD_LIBRARY_PATH", $"{folder}/lib"));
            Assert.Equal((0, ""), (run.Code, run.Error));
        }
    }

    [GeneratedRegex(@" T (\w+)")]
    private static partial Regex Symbol();

    [GeneratedRegex(@"\(NEEDED\)\s+Shared library: \[(.+)\]")]
    private static partial Regex Needed();

    /// <summary>Bytes; x86-64-v4 has kernels for more shapes of registers.</summary>
    private static long LargestLibrary(KernelLevel level) => level == KernelLevel.V4 ? 1_600_000 : 1_500_000;

    [GeneratedRegex(@"GLIBC_([\d.]+)")]
    private static partial Regex Glibc();
}
