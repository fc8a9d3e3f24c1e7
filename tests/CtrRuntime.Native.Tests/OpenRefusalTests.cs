using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Damaged and malicious model files through the C ABI: a status and a sentence, never a crash.</summary>
public sealed unsafe class OpenRefusalTests
{
    private const nint Untouched = -1;
    private static readonly CtrLibrary Ctr = CtrLibrary.Best;
    private static readonly byte[] Victim = TestModels.Bytes(new("ffm"));

    public static TheoryData<string> Attacks => [.. HostileModels.All.Select(attack => attack.Name)];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_hostile_model_is_refused_from_memory_and_from_a_file(string name)
    {
        HostileModels.Attack attack = HostileModels.All.Single(a => a.Name == name);
        byte[] bytes = attack.Damage(Victim);
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
    public void Random_damage_never_crashes_and_what_still_opens_still_scores()
    {
        var random = new Random(11);
        Batch batch = Batch.Random(12, new("ffm"), fields: 5, rows: 20, longest: 12);
        int refused = 0;
        for (int i = 0; i < 3000; i++)
        {
            byte[] bytes = (byte[])Victim.Clone();
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
