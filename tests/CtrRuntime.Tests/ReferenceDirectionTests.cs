using System.Text.RegularExpressions;
using System.Xml.Linq;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Tests;

/// <summary>References go one way: between projects (Cli → Trainer → CtrRuntime ← Native) and between the folders of the runtime.</summary>
public sealed partial class ReferenceDirectionTests
{
    [Theory]
    [InlineData("src/CtrRuntime/CtrRuntime.csproj", "", "System.IO.Hashing")]
    [InlineData("src/CtrRuntime.Trainer/CtrRuntime.Trainer.csproj", "CtrRuntime", "")]
    [InlineData("src/CtrRuntime.Cli/CtrRuntime.Cli.csproj", "CtrRuntime.Trainer", "Spectre.Console,System.CommandLine")]
    [InlineData("native/CtrRuntime.Native.csproj", "CtrRuntime", "")]
    public void A_project_references_only_what_it_may(string project, string projects, string packages)
    {
        XDocument document = XDocument.Load(Path.Combine(Repository.Root, project));
        Assert.Equal(Split(projects), Includes("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/'))).Order());
        Assert.Equal(Split(packages), Includes("PackageReference").Order());

        IEnumerable<string> Includes(string element) => document.Descendants(element).Select(e => e.Attribute("Include")!.Value);
        static IEnumerable<string> Split(string names) => names.Split(',', StringSplitOptions.RemoveEmptyEntries).Order();
    }

    [Theory]
    [InlineData("Input", "")]
    [InlineData("Kernels", "Input")]
    [InlineData("Model", "Input,Kernels")]
    [InlineData("Scoring", "Input,Kernels,Model")]
    public void A_folder_of_the_runtime_uses_only_folders_below_it(string folder, string below)
    {
        string[] allowed = below.Split(',');
        string[] files = Directory.GetFiles(Path.Combine(Repository.Root, "src/CtrRuntime", folder), "*.cs", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            foreach (Match used in Usage().Matches(File.ReadAllText(file)))
            {
                string name = used.Groups[1].Value;
                Assert.True(name == folder || allowed.Contains(name), $"{file} uses {name}");
            }
        }
    }

    [GeneratedRegex(@"(?:using |\b)CtrRuntime\.(Input|Kernels|Model|Scoring)\b")]
    private static partial Regex Usage();
}
