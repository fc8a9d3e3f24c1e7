using CtrRuntime.Input;
using CtrRuntime.Tests.Shared;
using CtrRuntime.Trainer.Data;

namespace CtrRuntime.Trainer.Tests.Data;

public sealed class SpillFolderTests : IDisposable
{
    private const uint Dropped = uint.MaxValue;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Rows_are_the_same_in_files_that_leave_nothing_behind()
    {
        // Longer than a mapping at first: lists move to a file when they are made, when they grow, or never.
        string folder = _directory.File("spill");
        Directory.CreateDirectory(folder);
        using RowStore inMemory = Fill(null);
        foreach (int threshold in new[] { 0, 3 << 20, 9 << 20 })
        {
            using RowStore inFiles = Fill(new SpillFolder(folder, (nuint)threshold));
            Assert.Empty(Directory.GetFileSystemEntries(folder));
            Assert.Equal(inMemory.LongestRow, inFiles.LongestRow);
            foreach ((NativePart expected, NativePart actual) in inMemory.ArrayParts().Zip(inFiles.ArrayParts()))
                Assert.True(expected.Span.SequenceEqual(actual.Span));
        }
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_io_error()
    {
        var spill = new SpillFolder(_directory.File("absent"), 0);
        Assert.Equal(CtrStatus.Io, Assert.Throws<CtrException>(() => Fill(spill)).Status);
    }

    [Fact]
    public void A_file_that_no_disk_holds_is_an_io_error()
    {
        var spill = new SpillFolder(_directory.File(""), 0);
        using FileStream file = spill.Create();
        CtrException error = Assert.Throws<CtrException>(() => spill.Extend(file, (nuint)1 << 60));
        Assert.Equal(CtrStatus.Io, error.Status);
        Assert.Contains("no space for 1152921504606846976 bytes of rows", error.Message, StringComparison.Ordinal);
    }

    // Some ten megabytes of keys; every third slot is renumbered away.
    private static RowStore Fill(SpillFolder? spill)
    {
        var rows = new RowStore(spill);
        var example = new Example();
        var slots = new uint[64];
        for (uint row = 0; row < 40_000; row++)
        {
            example.Count = 0;
            for (uint i = 0; i < 35; i++)
            {
                slots[i] = ((row * 35) + i) % 1000;
                example.Add(i, row * 1_000_003UL, i + 1);
            }

            rows.AddFeatures(example, slots, Dropped);
            rows.EndRow(row % 2, 1);
        }

        rows.Renumber([.. Enumerable.Range(0, 1000).Select(slot => slot % 3 == 0 ? Dropped : (uint)(slot / 3))], Dropped);
        return rows;
    }
}
