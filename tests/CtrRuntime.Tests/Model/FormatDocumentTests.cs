using System.Buffers.Binary;
using System.Text.RegularExpressions;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Tests.Model;

/// <summary>FORMAT.md is normative: its tables must say what the code does.</summary>
public sealed partial class FormatDocumentTests
{
    private static readonly string Document = File.ReadAllText(Path.Combine(Repository.Root, "src/CtrRuntime/Model/FORMAT.md"));

    [Fact]
    public void Every_header_member_stands_where_the_table_says()
    {
        // A distinct value for each member must be found at the offset that the document gives for its name.
        var header = new ModelHeader
        {
            SectionCount = 101, FileLength = 102, TableChecksum = 103, Kind = 104, WeightType = 105, Latent = 106, FieldCount = 107,
            SlotCount = 108, SlotStride = 109, Link = 110, Bias = 111, IndexKind = 112, IndexBits = 113, IndexMaxProbes = 114,
            PairBits = 115, PairHash = 116, PairScale = 120, Major = 117, Minor = 118, Layout = 119,
        };
        byte[] bytes = header.ToBytes();
        int found = 0;
        int end = 0;
        foreach (Match row in HeaderRow().Matches(Document))
        {
            int offset = int.Parse(row.Groups[1].Value);
            Assert.Equal(end, offset);
            int count = row.Groups[3].Success ? int.Parse(row.Groups[3].Value) : 1;
            int size = row.Groups[2].Value switch { "u8" => 1, "u16" => 2, "u32" or "f32" => 4, "u64" => 8, var type => throw new InvalidDataException(type) };
            end = offset + (size * count);
            if (typeof(ModelHeader).GetProperty(row.Groups[4].Value) is not { } member || member.Name == nameof(ModelHeader.Norm)) continue;
            object actual = row.Groups[2].Value switch
            {
                "u16" => (object)BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offset)),
                "u32" => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset)),
                "f32" => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(offset)),
                _ => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset)),
            };
            Assert.Equal(member.GetValue(header), actual);
            found++;
        }

        Assert.Equal(ModelHeader.Size, end);
        Assert.Equal(20, found);
    }

    [Fact]
    public void Every_section_has_the_flags_and_alignment_that_the_table_says()
    {
        var documented = SectionRow().Matches(Document).ToDictionary(row => Enum.Parse<SectionId>(row.Groups[2].Value));
        Assert.Equal(Enum.GetValues<SectionId>().Order(), documented.Keys.Order());
        foreach ((SectionId id, Match row) in documented)
        {
            Assert.Equal((uint)id, uint.Parse(row.Groups[1].Value));
            Assert.Equal(SectionTable.Flags(id).HasFlag(SectionFlags.Required), row.Groups[3].Value.Contains("required", StringComparison.Ordinal));
            Assert.Equal(SectionTable.Flags(id).HasFlag(SectionFlags.Bulk), row.Groups[3].Value.Contains("bulk", StringComparison.Ordinal));
            Assert.Equal(SectionTable.Alignment(id), ulong.Parse(row.Groups[4].Value));
        }
    }

    [Fact]
    public void The_document_names_every_kind_and_the_version()
    {
        Assert.Contains($"| {string.Join(", ", ModelKinds.All.Select(kind => $"{kind.Id} {kind.Name}"))} |", Document, StringComparison.Ordinal);
        Assert.Contains($"version {ModelHeader.CurrentMajor}.{ModelHeader.CurrentMinor}", Document, StringComparison.Ordinal);
    }

    [GeneratedRegex(@"^\| (\d+) \| (u8|u16|u32|u64|f32)(?:\[(\d+)\])? \| ([\w ]+) \|", RegexOptions.Multiline)]
    private static partial Regex HeaderRow();

    [GeneratedRegex(@"^\| (\d+) \| ([A-Z]\w+) \| ([\w, –]+) \| (\d+) \|", RegexOptions.Multiline)]
    private static partial Regex SectionRow();
}
