using System.Globalization;
using CtrRuntime.Kernels;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>The library in processes of C programs: native/host.c, and the example.</summary>
public sealed class HostTests : IClassFixture<HostTests.Program>, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Program _program;
    private readonly string _host;
    private readonly string _model;

    public HostTests(Program program)
    {
        _program = program;
        _host = program.Path;
        _model = _directory.File("model.ctr");
        TestModels.Write(_model, new("ffm"));
    }

    public static TheoryData<KernelLevel> Levels => CtrLibrary.Levels;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Levels))]
    public void Every_function_may_be_the_first_that_a_process_calls(KernelLevel level)
    {
        var answers = new Dictionary<string, string>
        {
            ["ctr_abi_version"] = "1",
            ["ctr_version"] = $"0.1.0+{KernelLevels.Name(level)}",
            ["ctr_status_text"] = "ok",
            ["ctr_last_error"] = "0",
            ["ctr_runtime_counters"] = "0",
            ["ctr_model_open"] = "0",
            ["ctr_model_open_memory"] = $"{(int)CtrStatus.ModelMagic}",
        };
        string[] exports = File.ReadAllLines(Path.Combine(Repository.Root, "native/exports.txt"));
        Assert.Equal(18, exports.Length);
        // The others get a pointer that is no model.
        Assert.All(exports, export => Assert.Equal(
            answers.GetValueOrDefault(export, $"{(int)CtrStatus.InvalidHandle}"), Host(level, "first", export).TrimEnd()));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void A_forked_child_scores_and_encodes_with_the_parents_model(KernelLevel level) => Assert.Equal("", Host(level, "fork"));

    [Theory]
    [MemberData(nameof(Levels))]
    public void Closing_the_library_leaves_threads_that_used_it_alone(KernelLevel level) => Assert.Equal("", Host(level, "close"));

    [Theory]
    [MemberData(nameof(Levels))]
    public void A_small_stack_is_enough(KernelLevel level) => Assert.Equal("", Host(level, "stack"));

    [Theory]
    [MemberData(nameof(Levels))]
    public void What_must_not_allocate_does_not_even_at_the_first_call(KernelLevel level)
    {
        TestModels.Write(_model, new("fm") { Schema = TestSchemas.Mixed });
        Assert.Equal("", Host(level, "quiet"));
    }

    /// <summary>Also with a smaller heap (a number in hex), at whose limit the collector would crash but for what the project file says.</summary>
    [Theory]
    [InlineData("10000000", 2000, 20_000, 5)]
    [InlineData("2000000", 4, 2000, 300)]
    [InlineData("1800000", 40, 5000, 100)]
    public void Models_beyond_the_memory_are_refused_and_closed_ones_give_theirs_back(string heapLimit, int narrow, int wide, int rounds)
    {
        string wideModel = _directory.File("wide.ctr");
        TestModels.Write(_model, new("lr") { Schema = TestSchemas.Wide(narrow) });
        TestModels.Write(wideModel, new("lr") { Schema = TestSchemas.Wide(wide) });
        string[] arguments = [CtrLibrary.PathOf(CtrLibrary.Best.Level), _model, "memory", wideModel, $"{rounds}"];
        Assert.Equal((0, "", ""), Tool.Try(_host, arguments, ("DOTNET_GCHeapHardLimit", heapLimit)));
    }

    [EmulatorFact]
    public void All_of_this_holds_on_arm64()
    {
        Every_function_may_be_the_first_that_a_process_calls(KernelLevel.Arm64);
        A_forked_child_scores_and_encodes_with_the_parents_model(KernelLevel.Arm64);
        Closing_the_library_leaves_threads_that_used_it_alone(KernelLevel.Arm64);
        A_small_stack_is_enough(KernelLevel.Arm64);
    }

    [Fact]
    public void The_runtime_does_to_the_process_what_the_header_says()
    {
        var facts = Host(CtrLibrary.Best.Level, "facts").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("threads 1", facts[0]);
        Assert.StartsWith("megabytes ", facts[1]);
        Assert.InRange(int.Parse(facts[1].Split(' ')[1]), 1, 1500);
        Assert.Equal(
            ["handles Floating point exception", "handles Real-time signal 0", "handles Segmentation fault", "ignores Broken pipe"],
            facts[2..].Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_fault_of_the_host_goes_to_the_handler_it_had_before()
    {
        var (code, _, error) = Tool.Try(_host, CtrLibrary.PathOf(CtrLibrary.Best.Level), _model, "fault");
        Assert.True(code == 42, $"ended with {code}: {error}");
    }

    [Theory]
    [InlineData("lr")]
    [InlineData("poly2")]
    [InlineData("mf")]
    [InlineData("fm")]
    [InlineData("ffm")]
    public void The_example_prints_the_scores_of_the_managed_runtime_to_the_bit(string kind)
    {
        var shape = new TestModels.Shape(kind) { Slots = 2000 };
        Batch batch = Batch.Random(3, shape, ScoreTests.FieldsOf(shape), rows: 300, longest: 30);
        batch = batch with { Offsets = [.. batch.Offsets, batch.Offsets[^1] + 600], Fields = [.. batch.Fields!, .. new uint[600]], Keys = [.. batch.Keys, .. new ulong[600]], Values = [.. batch.Values!, .. Enumerable.Repeat(.25f, 600)] };
        TestModels.Write(_model, shape);
        string data = _directory.File("data.ffm");
        File.WriteAllLines(data, Enumerable.Range(0, batch.Rows).Select(r => Line(batch, r, label: r % 2 == 0)));
        foreach (string level in new[] { "", "v2" })
        {
            using CtrModel managed = CtrModel.Open(_model, new CtrOpenOptions { Level = level == "" ? KernelLevel.Best : KernelLevel.V2 });
            foreach (bool logits in new[] { false, true })
            {
                string[] options = [.. level == "" ? Array.Empty<string>() : ["--level", "2"], .. logits ? ["--logit"] : Array.Empty<string>()];
                string[] printed = Tool.Run(Path.Combine(CtrLibrary.Folder, "bin/ctr_score"), [_model, data, .. options])
                    .Split('\n', StringSplitOptions.RemoveEmptyEntries);
                Assert.Equal(batch.ScoreBy(managed, logits), printed.Select(text => float.Parse(text, CultureInfo.InvariantCulture)));
            }
        }
    }

    /// <summary>Levels agree to a millionth where the magnitudes of bias, linear terms and pair products sum to at most 4, which they do here.</summary>
    [EmulatorFact]
    public void The_example_on_arm64_agrees_with_this_processor()
    {
        foreach (ModelKind kind in ModelKinds.All)
        {
            foreach (WeightType type in WeightTypes.All)
            {
                var shape = new TestModels.Shape(kind.Name) { Spread = 0.05, Type = type };
                TestModels.Write(_model, shape);
                Batch batch = Batch.Random(5, shape, ScoreTests.FieldsOf(shape), rows: 200, longest: 8);
                string data = _directory.File("data.ffm");
                File.WriteAllLines(data, Enumerable.Range(0, batch.Rows).Select(r => Line(batch, r, label: false)));
                using CtrModel managed = CtrModel.Open(_model);
                string[] printed = Emulator.Run(Path.Combine(Emulator.Folder, "bin/ctr_score"), _model, data).Split('\n', StringSplitOptions.RemoveEmptyEntries);
                float[] scores = [.. printed.Select(text => float.Parse(text, CultureInfo.InvariantCulture))];
                Assert.Equal(batch.Rows, scores.Length);
                Assert.All(batch.ScoreBy(managed).Zip(scores), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
            }
        }
    }

    [Theory]
    [InlineData(2, "")]
    [InlineData(1, "/nonexistent.ctr")]
    [InlineData(1, "MODEL", "/nonexistent.ffm")]
    [InlineData(1, "MODEL", "DATA")]
    [InlineData(2, "MODEL", "DATA", "--repeat", "0")]
    [InlineData(1, "MODEL", "DATA", "--level", "9")]
    public void The_example_says_what_is_wrong(int expected, params string[] arguments)
    {
        string data = _directory.File("data.ffm");
        File.WriteAllText(data, "1 0:1:1 1:x:1\n");
        string[] given = [.. arguments.Where(a => a.Length > 0).Select(a => a switch { "MODEL" => _model, "DATA" => data, _ => a })];
        var (code, output, error) = Tool.Try(Path.Combine(CtrLibrary.Folder, "bin/ctr_score"), given);
        Assert.Equal((expected, ""), (code, output));
        Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("0:1:1e-40 1:18446744073709551615:+1.5E3 4294967295:0:-.5", true)]
    [InlineData("0:1:1.4e-45", true)]
    [InlineData("0:1:1e-99", true)]
    [InlineData("00:01:1", true)]
    [InlineData("0:-1:1", false)]
    [InlineData("0:+1:1", false)]
    [InlineData("-0:1:1", false)]
    [InlineData("4294967296:1:1", false)]
    [InlineData("0:18446744073709551616:1", false)]
    [InlineData("0:99999999999999999999:1", false)]
    [InlineData("0:1:1e39", false)]
    [InlineData("0:1:-1e39", false)]
    [InlineData("0:1:nan", false)]
    [InlineData("0:1:inf", false)]
    [InlineData("0:1:0x1", false)]
    [InlineData("0:1:", false)]
    [InlineData("0:1:e", false)]
    [InlineData("0:1:1:1", false)]
    [InlineData("0::1", false)]
    [InlineData(":1:1", false)]
    public void The_example_reads_numbers_strictly(string features, bool sound)
    {
        // Kinds without vectors per field take any field.
        TestModels.Write(_model, new("lr"));
        string data = _directory.File("data.ffm");
        File.WriteAllText(data, $"1 {features}\n");
        var (code, output, error) = Tool.Try(Path.Combine(CtrLibrary.Folder, "bin/ctr_score"), _model, data);
        Assert.Equal(sound ? 0 : 1, code);
        Assert.Equal(sound, output.Length > 0);
        if (!sound) Assert.Equal($"ctr_score: {data}: line 1 is not libffm text\n", error);
    }

    private static string Line(Batch batch, int row, bool label)
    {
        var text = new System.Text.StringBuilder(label ? "1" : "");
        for (ulong i = batch.Offsets[row]; i < batch.Offsets[row + 1]; i++)
            text.Append(CultureInfo.InvariantCulture, $" {batch.Fields![i]}:{batch.Keys[i]}:{batch.Values![i]:R}");
        return text.Length == 0 ? "0" : text.ToString();
    }

    private string Host(KernelLevel level, params string[] arguments)
    {
        string[] all = [CtrLibrary.PathOf(level), _model, .. arguments];
        return level == KernelLevel.Arm64 ? Emulator.Run(_program.Arm64Path, all) : Tool.Run(_host, all);
    }

    /// <summary>native/host.c, compiled once.</summary>
    public sealed class Program : IDisposable
    {
        private readonly TemporaryDirectory _directory = new();

        public Program()
        {
            Path = _directory.File("host");
            Arm64Path = _directory.File("host-arm64");
            Compile("gcc", Path);
            if (Emulator.Missing == null) Compile(Emulator.Compiler, Arm64Path);
        }

        /// <summary>The program.</summary>
        public string Path { get; }

        /// <summary>The same for arm64, where there is an emulator.</summary>
        public string Arm64Path { get; }

        public void Dispose() => _directory.Dispose();

        private static void Compile(string compiler, string output)
        {
            string source = System.IO.Path.Combine(Repository.Root, "tests/CtrRuntime.Native.Tests/native/host.c");
            Tool.Run(compiler, ["-std=gnu99", "-O1", "-Wall", "-Wextra", "-Werror", "-I", Tool.Include, source, "-ldl", "-lpthread", "-o", output]);
        }
    }
}
