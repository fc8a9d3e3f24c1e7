using System.Text.RegularExpressions;
using CtrRuntime.Kernels;
using CtrRuntime.Model;

namespace CtrRuntime.Tests.Kernels;

/// <summary>The registry of kinds, and that nothing in the sources goes around it.</summary>
public sealed partial class ModelKindsTests
{
    [Fact]
    public void Numbers_and_names_are_those_of_the_file_format()
    {
        (uint, string)[] expected = [(1, "lr"), (2, "poly2"), (3, "mf"), (4, "fm"), (5, "ffm")];
        Assert.Equal(expected, ModelKinds.All.Select(kind => (kind.Id, kind.Name)));
        Assert.All(ModelKinds.All, kind => Assert.Same(kind, ModelKinds.Find(kind.Id)));
        Assert.All(ModelKinds.All, kind => Assert.Same(kind, ModelKinds.Find(kind.Name)));
        Assert.Null(ModelKinds.Find(0));
        Assert.Null(ModelKinds.Find("FFM"));
    }

    [Theory]
    [InlineData("lr", 0, false, null, false)]
    [InlineData("poly2", 0, false, null, true)]
    [InlineData("mf", 1, false, 2, false)]
    [InlineData("fm", 1, false, null, false)]
    [InlineData("ffm", 39, true, null, false)]
    public void A_kind_says_what_it_needs(string name, int blocks, bool usesFields, int? exactFields, bool pairTable)
    {
        ModelKind kind = ModelKinds.Find(name)!;
        Assert.Equal(blocks, kind.LatentBlocks(39));
        Assert.Equal(blocks > 0, kind.HasLatent);
        Assert.Equal(usesFields, kind.UsesFields);
        Assert.Equal(exactFields, kind.ExactFields);
        Assert.Equal(pairTable, kind.HasPairTable);
    }

    [Fact]
    public void A_level_this_processor_lacks_is_refused_by_every_kind()
    {
        foreach (ModelKind kind in ModelKinds.All)
        {
            var refusal = Assert.Throws<CtrException>(() => kind.CreateKernel((KernelLevel)99, 4, WeightType.Float32));
            Assert.Equal(CtrStatus.Unsupported, refusal.Status);
        }
    }

    [Fact]
    public void No_source_but_a_descriptor_asks_which_kind_it_has()
    {
        string source = Path.Combine(Root(), "src");
        string kernels = Path.Combine(source, "CtrRuntime", "Kernels");
        var files = Directory.GetFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !(Path.GetDirectoryName(file) == kernels && (file.EndsWith("Kind.cs", StringComparison.Ordinal) || file.EndsWith("ModelKinds.cs", StringComparison.Ordinal))))
            .ToArray();
        Assert.NotEmpty(files);
        var found =
            from file in files
            from line in File.ReadLines(file).Select((text, i) => (Text: text, Number: i + 1))
            where KindSwitch().IsMatch(line.Text)
            select $"{Path.GetRelativePath(source, file)}:{line.Number}: {line.Text.Trim()}";
        Assert.Empty(found);
    }

    [Theory]
    [InlineData("if (kind is FfmKind)")]
    [InlineData("FmKind => 3,")]
    [InlineData("var f = kind as Poly2Kind;")]
    [InlineData("if (model.Kind.Id == 5)")]
    [InlineData("switch (kind.Id)")]
    [InlineData("kind.Name switch")]
    [InlineData("case \"ffm\":")]
    [InlineData("\"lr\" => x,")]
    [InlineData("\"lr\" or \"fm\" => x,")]
    [InlineData("if (name == \"mf\")")]
    [InlineData("if (kind.Name.Equals(\"poly2\"))")]
    [InlineData("if (Kind is { Id: 4 })")]
    public void The_search_finds_the_usual_ways_to_ask(string line) => Assert.Matches(KindSwitch(), line);

    [Theory]
    [InlineData("/// <summary>Name on the command line, for example <c>ffm</c>.</summary>")]
    [InlineData("kind => kind.Id == id")]
    [InlineData("[\"lr\", \"fm\"]")]
    public void The_search_leaves_other_lines_alone(string line) => Assert.DoesNotMatch(KindSwitch(), line);

    private static string Root()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "CtrRuntime.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("the tests do not run inside the repository");
    }

    [GeneratedRegex(
        """
        \b(is|as|case)\s+(not\s+)?(Lr|Poly2|Mf|Fm|Ffm)Kind\b
        | ^\s*(Lr|Poly2|Mf|Fm|Ffm)Kind\b.*=>
        | \(\s*(Lr|Poly2|Mf|Fm|Ffm)Kind\s*\)
        | typeof\((Lr|Poly2|Mf|Fm|Ffm)Kind\)
        | \bkind\.(Id|Name)\s*(==|!=|is|switch)\s*\(?["\d]
        | \bkind\.(Id|Name)\s+switch\b
        | switch\s*\(.*\bkind(\.(Id|Name))?\s*\)
        | \bkind\s+is\s*\{.*\b(Id|Name)\s*:
        | (case|==|!=|is|is\s+not|or|Equals\()\s*"(lr|poly2|mf|fm|ffm)"
        | ^\s*"(lr|poly2|mf|fm|ffm)"\s*(=>|or\b)
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex KindSwitch();
}
