using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>ctr.h is written by hand, so it is held against the code, and against the compilers it promises to please.</summary>
public sealed partial class HeaderTests
{
    private static readonly string Header = File.ReadAllText(Path.Combine(Tool.Include, "ctr.h"));

    [Theory]
    [InlineData("gcc", "c", "-std=c99")]
    [InlineData("gcc", "c", "-std=c17")]
    [InlineData("g++", "c++", "-std=c++11")]
    [InlineData("g++", "c++", "-std=c++20")]
    public void It_compiles_strictly(string compiler, string language, string standard)
    {
        using var directory = new TemporaryDirectory();
        string source = directory.File("header.c");
        // Twice, to test its guard; and nothing before it, to test that it includes what it needs.
        File.WriteAllText(source, "#include <ctr.h>\n#include <ctr.h>\nint main(void) { return (int)ctr_abi_version() - (int)CTR_ABI_VERSION; }\n");
        Tool.Run(compiler, [standard, "-x", language, .. Tool.Strict, "-Wconversion", "-fsyntax-only", "-I", Tool.Include, source]);
    }

    [Theory]
    [InlineData("native/examples/ctr_score.c")]
    [InlineData("native/examples/first_score.c")]
    [InlineData("native/examples/rank.c")]
    public void The_examples_are_strict_C99(string example) =>
        Tool.Run("gcc", ["-std=c99", .. Tool.Strict, "-fsyntax-only", "-I", Tool.Include, Path.Combine(Repository.Root, example)]);

    [Theory]
    [InlineData("native/examples/first_score.c")]
    [InlineData("native/examples/rank.c")]
    public void The_README_shows_the_examples(string path)
    {
        string example = File.ReadAllText(Path.Combine(Repository.Root, path));
        Assert.Contains($"```c\n{example}```\n", File.ReadAllText(Path.Combine(Repository.Root, "README.md")));
    }

    [Fact]
    public void It_has_the_numbers_of_the_code()
    {
        var constants = Constant().Matches(Header).ToDictionary(m => m.Groups[1].Value, m => int.Parse(m.Groups[2].Value));
        var expected = new Dictionary<string, int> { ["CTR_OK"] = 0 };
        foreach (CtrStatus status in Enum.GetValues<CtrStatus>().Where(s => s != CtrStatus.Ok)) expected["CTR_ERROR_" + Upper(status)] = (int)status;
        Add<OpenMode>("OPEN");
        Add<KernelLevel>("LEVEL");
        Add<Link>("LINK");
        Add<IndexKind>("INDEX");
        Add<KeyKind>("KEY");
        Add<FieldKind>("FIELD");
        Add<MissingPolicy>("MISSING");
        foreach (var (name, number) in new[] { ("VERIFY_LIGHT", 0), ("VERIFY_FULL", 1), ("VALUE_MISSING", 0), ("VALUE_TEXT", 1), ("VALUE_NUMBER", 2), ("OUTPUT_SCORE", 0), ("OUTPUT_LOGIT", 1), ("WEIGHTS_F32", (int)WeightType.Float32), ("WEIGHTS_BF16", (int)WeightType.BFloat16), ("WEIGHTS_INT8", (int)WeightType.Int8) })
            expected["CTR_" + name] = number;
        Assert.Equal(expected.Order(Order), constants.Order(Order));
        Assert.Contains($"#define CTR_ABI_VERSION {LibraryCalls.Abi}u\n", Header);

        void Add<T>(string prefix) where T : struct, Enum
        {
            foreach (T value in Enum.GetValues<T>()) expected[$"CTR_{prefix}_{Upper(value)}"] = Convert.ToInt32(value);
        }
    }

    [Fact]
    public void Its_structs_are_laid_out_as_the_mirrors_in_the_library()
    {
        var source = new StringBuilder("#include <ctr.h>\n#include <stddef.h>\n");
        int members = 0;
        Check<NativeOpenOptions>("ctr_open_options");
        Check<NativeModelInfo>("struct ctr_model_info");
        Check<NativeFieldInfo>("struct ctr_field_info", ("field_name", "name"));
        Check<NativeValue>("ctr_value");
        Check<NativeRowBuffer>("ctr_row_buffer");
        Check<NativeRows>("ctr_rows");
        Check<NativeScoreOptions>("ctr_score_options");
        Check<NativeContextOptions>("ctr_context_options");
        Check<NativeRankOptions>("ctr_rank_options");
        Check<NativeCounters>("ctr_counters");
        Assert.Equal(members, Member().Count(Header));
        using var directory = new TemporaryDirectory();
        string file = directory.File("layout.c");
        File.WriteAllText(file, source.ToString());
        Tool.Run("gcc", ["-std=c11", .. Tool.Strict, "-fsyntax-only", "-I", Tool.Include, file]);

        void Check<T>(string name, params (string Mirror, string Member)[] renamed) where T : unmanaged
        {
            source.Append($"_Static_assert(sizeof({name}) == {Marshal.SizeOf<T>()}, \"{name}\");\n");
            foreach (FieldInfo field in typeof(T).GetFields(BindingFlags.Public | BindingFlags.Instance))
            {
                string member = Upper(field.Name).ToLowerInvariant();
                foreach (var (mirror, actual) in renamed) member = member == mirror ? actual : member;
                source.Append($"_Static_assert(offsetof({name}, {member}) == {Marshal.OffsetOf<T>(field.Name)}, \"{name}.{member}\");\n");
                members++;
            }
        }
    }

    [Fact]
    public void It_declares_what_is_exported()
    {
        string[] exports = File.ReadAllLines(Path.Combine(Repository.Root, "native/exports.txt"));
        Assert.Equal(exports.Order(StringComparer.Ordinal), exports);
        Assert.Equal(exports, Function().Matches(Header).Select(m => m.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    private static Comparer<KeyValuePair<string, int>> Order => Comparer<KeyValuePair<string, int>>.Create((a, b) => string.CompareOrdinal(a.Key, b.Key));

    // ModelByteOrder → MODEL_BYTE_ORDER
    private static string Upper(object name) => Hump().Replace(name.ToString()!, "_$0").ToUpperInvariant();

    [GeneratedRegex(@"\b(CTR_[A-Z0-9_]+) = (-?\d+)")]
    private static partial Regex Constant();

    [GeneratedRegex(@"^(?:ctr_status|uint32_t|const char \*)\s*(ctr_\w+)\(", RegexOptions.Multiline)]
    private static partial Regex Function();

    [GeneratedRegex(@"^    (?:const )?(?:u?int32_t|uint64_t|float|double|char|void) [^();]*;", RegexOptions.Multiline)]
    private static partial Regex Member();

    [GeneratedRegex("(?<=[a-z])[A-Z]")]
    private static partial Regex Hump();
}
