using CtrRuntime.Input;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Tests.Model;

/// <summary>The bound of the managed memory of a model, which hosts with a small heap go by.</summary>
public sealed class SchemaMemoryTests
{
    public static TheoryData<string, Schema> Schemas => new()
    {
        { "ids", Schema.OfIds(4) },
        { "many ids", Schema.OfIds(Schema.MaximumFields) },
        { "one-letter names", OfNames(f => $"{(char)('ঀ' + f)}", 5000) },
        { "usual names", OfNames(f => $"column {f}", Schema.MaximumFields) },
        { "long names", OfNames(f => $"{new string('x', 400)}{f}", 20_000) },
        { "long names beyond ASCII", OfNames(f => $"{new string('é', 400)}{f}", 20_000) },
        { "bins", new Schema(KeyKind.Text, 1, [.. Enumerable.Range(0, 20_000).Select(f => FieldSchema.Binned($"{f}", [1, 2, 3]))]) },
        { "many bins", new Schema(KeyKind.Text, 1, [FieldSchema.Binned("x", [.. Enumerable.Range(0, 1_000_000).Select(e => (double)e)])]) },
    };

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Opening_allocates_less_than_the_bound_and_not_much_less(string name, Schema schema)
    {
        byte[] bytes = TestModels.Bytes(new("lr") { Schema = schema });
        long bound = 0;
        var options = new CtrOpenOptions { Admit = needed => bound = needed };
        // The first one also sets up what all share.
        CtrModel.Open(bytes, options).Dispose();
        long before = GC.GetAllocatedBytesForCurrentThread();
        CtrModel.Open(bytes, options).Dispose();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < bound, $"{name}: {allocated} bytes, above {bound}");
        Assert.True(bound < (80 << 10) + (4 * allocated), $"{name}: {allocated} bytes, far below {bound}");
    }

    [Fact]
    public void Who_admits_nothing_gets_no_model()
    {
        byte[] bytes = TestModels.Bytes(new("lr"));
        var options = new CtrOpenOptions { Admit = _ => throw new CtrException(CtrStatus.OutOfMemory, "no") };
        Assert.Equal(CtrStatus.OutOfMemory, Assert.Throws<CtrException>(() => CtrModel.Open(bytes, options)).Status);
    }

    private static Schema OfNames(Func<int, string> name, int fields) =>
        new(KeyKind.Text, 1, [.. Enumerable.Range(0, fields).Select(f => FieldSchema.Categorical(name(f)))]);
}
