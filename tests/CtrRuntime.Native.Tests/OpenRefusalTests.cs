using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Damaged and malicious model files through the C ABI: a status and a sentence, never a crash.</summary>
public sealed unsafe class OpenRefusalTests
{
    private const nint Untouched = -1;
    private static readonly CtrLibrary Ctr = CtrLibrary.Best;
    private static readonly Dictionary<WeightType, byte[]> Victims = WeightTypes.All.ToDictionary(type => type, type => TestModels.Bytes(new("ffm") { Type = type }));

    public static TheoryData<string> Attacks => [.. HostileModels.All.Select(attack => attack.Name)];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_hostile_model_is_refused_from_memory_and_from_a_file(string name)
    {
        HostileModels.Attack attack = HostileModels.All.Single(a => a.Name == name);
        Assert.All(Victims.Values, victim => Refused(attack, victim));
    }

    private static void Refused(HostileModels.Attack attack, byte[] victim)
    {
        byte[] bytes = attack.Damage(victim);
        using var directory = new TemporaryDirectory();
        string path = directory.File("model.ctr");
        File.WriteAllBytes(path, bytes);
        var options = new NativeOpenOptions { Verify = attack.NeedsFullVerify ? 1u : 0 };

        Assert.Equal(attack.Status, Ctr.Open(bytes, options, out nint model));
        Assert.Equal(Untouched, model);
        Assert.NotEqual("", Ctr.Error());
        foreach (uint mode in new uint[] { 0, 1, 2 })
        {
            Assert.Equal(attack.Status, Ctr.Open(path, options with { Mode = mode }, out model));
            Assert.Equal(Untouched, model);
            Assert.StartsWith(path + ": ", Ctr.Error());
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/nonexistent/model.ctr")]
    [InlineData("")]
    public void What_cannot_be_read_is_an_io_error(string path)
    {
        foreach (uint mode in new uint[] { 0, 1, 2 })
        {
            Assert.Equal(CtrStatus.Io, Ctr.Open(path, new NativeOpenOptions { Mode = mode }, out nint model));
            Assert.Equal(Untouched, model);
            Assert.StartsWith(path + ": ", Ctr.Error());
        }
    }

    [Fact]
    public void A_path_that_is_too_long_is_an_io_error_of_few_words()
    {
        string path = new('x', 1_000_000);
        Assert.Equal(CtrStatus.Io, Ctr.Open(path, default, out nint model));
        Assert.Equal(Untouched, model);
        Assert.EndsWith("a path of 1000000 bytes is too long", Ctr.Error());
        Assert.InRange(Ctr.Error().Length, 1, 200);
    }

    /// <summary>Sound files, by the way, but for their size: the bytes of a name or of edges become a multiple of them in memory.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_schema_beyond_the_memory_is_refused_before_anything_is_allocated(bool name)
    {
        const int Size = 40_000_000;
        FieldSchema field = name
            ? FieldSchema.Categorical(new string('x', Size))
            : FieldSchema.Binned("x", [.. Enumerable.Range(0, Size / sizeof(double)).Select(e => (double)e)]);
        byte[] bytes = TestModels.Bytes(new("lr") { Schema = new Schema(KeyKind.Text, HashSeed: 1, [field]) });
        LibraryTests.OnNewThread(() =>
        {
            NativeCounters before = LibraryTests.Counters();
            Assert.Equal(CtrStatus.OutOfMemory, Ctr.Open(bytes, default, out nint model));
            Assert.InRange(LibraryTests.Counters().AllocatedBytes - before.AllocatedBytes, 0ul, 100_000ul);
            Assert.Equal(Untouched, model);
            Assert.Contains("the model may need 16", Ctr.Error());
        });
        using NativeModel other = Ctr.Open(Victims[WeightType.Float32]);
        Assert.NotEqual(0, other.Handle);
    }

    [Theory]
    [MemberData(nameof(TestModels.Types), MemberType = typeof(TestModels))]
    public void Random_damage_never_crashes_and_what_still_opens_still_scores(WeightType type)
    {
        var random = new Random(11);
        Batch batch = Batch.Random(12, new("ffm"), fields: 5, rows: 20, longest: 12);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = (byte[])Victims[type].Clone();
            for (int flips = random.Next(1, 4); flips > 0; flips--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            if (Ctr.Open(bytes, default, out nint handle) != CtrStatus.Ok)
            {
                refused++;
                continue;
            }

            // Only the weights and the index are not checked: scores may be wrong, but the call must come back.
            using var model = new NativeModel(Ctr, handle);
            Assert.Equal(batch.Rows, model.Score(batch).Length);
        }

        Assert.InRange(refused, 1, 2999);
    }
}
