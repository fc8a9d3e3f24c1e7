using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>The table of handles, called without the library around it.</summary>
public sealed class HandleTableTests
{
    [Fact]
    public void Closing_needs_no_memory_and_a_closed_handle_stays_closed()
    {
        const int Models = 1000;
        byte[] bytes = TestModels.Bytes(new("lr"));
        var seen = new HashSet<nint>();
        for (int round = 0; round < 3; round++)
        {
            nint[] handles = [.. Enumerable.Range(0, Models).Select(_ => HandleTable.Add(new OpenModel(CtrModel.Open(bytes))))];
            OpenModel[] models = [.. handles.Select(HandleTable.Find)];
            Assert.Equal(Models, models.Distinct().Count());
            Assert.All(handles, handle => Assert.True(seen.Add(handle)));
            var removed = new OpenModel[Models];
            // The first one also sets up what the code needs.
            removed[0] = HandleTable.Remove(handles[0]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int m = 1; m < Models; m++) removed[m] = HandleTable.Remove(handles[m]);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
            Assert.Equal(models, removed);
            foreach (OpenModel model in removed) model.Dispose();
            Assert.All(handles, handle => Assert.Equal(CtrStatus.InvalidHandle, Assert.Throws<CtrException>(() => HandleTable.Remove(handle)).Status));
        }
    }
}
