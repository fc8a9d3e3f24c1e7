using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Tests.Model;

public sealed class ModelFileTests
{
    private static readonly CtrOpenOptions Full = new() { VerifyAll = true };

    public static TheoryData<string, WeightType> Attacks
    {
        get
        {
            var data = new TheoryData<string, WeightType>();
            foreach (HostileModels.Attack attack in HostileModels.All)
            {
                foreach (WeightType type in WeightTypes.All) data.Add(attack.Name, type);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(TestModels.KindsAndTypes), MemberType = typeof(TestModels))]
    public void Every_kind_opens_in_every_mode(string kind, WeightType type)
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("m.ctr");
        TestModels.Write(path, new TestModels.Shape(kind) { Type = type, Names = true });
        foreach (OpenMode mode in Enum.GetValues<OpenMode>())
        {
            using var model = CtrModel.Open(path, new CtrOpenOptions { Mode = mode, VerifyAll = true });
            Assert.Equal(kind, model.Info.Kind);
            Assert.Equal(type, model.Info.Weights);
            Assert.Equal(100, model.Info.SlotCount);
            Assert.Equal(new FileInfo(path).Length, model.Info.FileSize);
            Assert.Equal("feature 99", FeatureNames.Read(model.File.Section(SectionId.FeatureNames), 99));
            Assert.Null(FeatureNames.Read(model.File.Section(SectionId.FeatureNames), 100));
        }
    }

    [Theory]
    [InlineData(IndexKind.Exact)]
    [InlineData(IndexKind.Direct)]
    [InlineData(IndexKind.Hashed)]
    public void Every_index_kind_opens_and_finds(IndexKind index)
    {
        using var model = CtrModel.Open(TestModels.Bytes(new("fm") { Index = index, Slots = 128 }), Full);
        SlotIndex slots = model.File.Index;
        for (int slot = 0; slot < 128; slot++)
        {
            if (index == IndexKind.Exact) Assert.Equal((uint)slot, slots.Find(TestModels.KeyOf(slot)));
            else if (index == IndexKind.Direct) Assert.Equal((uint)slot, slots.Find((ulong)slot));
            else Assert.InRange(slots.Find((ulong)slot), 0u, 127u);
        }

        if (index != IndexKind.Hashed)
        {
            Assert.Equal(SlotIndex.Unknown, slots.Find(ulong.MaxValue));
            Assert.Equal(SlotIndex.Unknown, slots.Find(1UL << 31));
            Assert.Equal(SlotIndex.Unknown, slots.Find(uint.MaxValue));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_smallest_models_open(int slots)
    {
        using var model = CtrModel.Open(TestModels.Bytes(new("ffm") { Slots = slots, Fields = 1, Latent = 1 }), Full);
        Assert.Equal(slots, model.Info.SlotCount);
    }

    [Fact]
    public void The_same_content_gives_the_same_bytes() =>
        Assert.Equal(TestModels.Bytes(new("ffm") { Names = true }), TestModels.Bytes(new("ffm") { Names = true }));

    [Theory]
    [MemberData(nameof(Attacks))]
    public void A_hostile_file_is_refused_for_its_own_reason(string name, WeightType type)
    {
        HostileModels.Attack attack = HostileModels.All.Single(a => a.Name == name);
        byte[] sound = TestModels.Bytes(new("fm") { Type = type });
        byte[] hostile = attack.Damage(sound);

        Assert.NotEqual(sound, hostile);
        var refusal = Assert.Throws<CtrException>(() => CtrModel.Open(hostile, Full));
        Assert.Equal(attack.Status, refusal.Status);
        Assert.NotEmpty(refusal.Message);
        if (!attack.NeedsFullVerify)
            Assert.Equal(attack.Status, Assert.Throws<CtrException>(() => CtrModel.Open(hostile)).Status);
    }

    [Fact]
    public void Every_refusal_of_a_model_has_an_attack()
    {
        IEnumerable<CtrStatus> refusals = Enum.GetValues<CtrStatus>().Where(status => (int)status is <= -20 and > -50);
        Assert.Equal(refusals.Order(), HostileModels.All.Select(attack => attack.Status).Distinct().Order());
    }

    [Theory]
    [InlineData(WeightType.Float32)]
    [InlineData(WeightType.BFloat16)]
    public void A_pair_weight_that_is_not_finite_is_refused_by_full_verification(WeightType type)
    {
        byte[] hostile = HostileModels.WithPairWeight(TestModels.Bytes(new("poly2") { Type = type }), 0x7F800000);
        Assert.Equal(CtrStatus.ModelWeights, Assert.Throws<CtrException>(() => CtrModel.Open(hostile, Full)).Status);
    }

    [Fact]
    public void A_scale_of_the_pair_table_that_is_not_finite_is_refused()
    {
        byte[] hostile = HostileModels.WithPairScale(TestModels.Bytes(new("poly2") { Type = WeightType.Int8 }), 0x7FC00000);
        Assert.Equal(CtrStatus.ModelCounts, Assert.Throws<CtrException>(() => CtrModel.Open(hostile)).Status);
    }

    [Fact]
    public void A_missing_section_names_it()
    {
        byte[] hostile = HostileModels.All.Single(a => a.Status == CtrStatus.ModelSectionMissing).Damage(TestModels.Bytes(new("fm")));
        Assert.Contains("GoldenRows", Assert.Throws<CtrException>(() => CtrModel.Open(hostile)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(TestModels.KindsAndTypes), MemberType = typeof(TestModels))]
    public void A_flipped_bit_anywhere_is_found_by_full_verification(string kind, WeightType type)
    {
        byte[] file = TestModels.Bytes(new(kind) { Type = type, Slots = 20, Fields = 3, PairBits = 4, Names = true });
        var random = new Random(7);
        for (int at = 0; at < file.Length; at++)
        {
            byte flip = (byte)(1 << random.Next(8));
            file[at] ^= flip;
            Assert.Throws<CtrException>(() => CtrModel.Open(file, Full));
            file[at] ^= flip;
        }
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        byte[] file = TestModels.Bytes(new("poly2") { Slots = 10, PairBits = 4 });
        for (int length = 0; length < file.Length; length += length < 600 ? 1 : 97)
            Assert.Throws<CtrException>(() => CtrModel.Open(file.AsSpan(0, length)));
    }

    [Theory]
    [MemberData(nameof(TestModels.Types), MemberType = typeof(TestModels))]
    public void Damage_in_bulk_sections_never_leads_out_of_bounds(WeightType type)
    {
        // Light opening trusts nothing of the index: scoring a thousand keys over garbage tables must stay inside the weights.
        byte[] file = TestModels.Bytes(new("ffm") { Type = type, Slots = 50 });
        var random = new Random(3);
        int index = HostileModels.Offset(file, SectionId.SlotIndex);
        int weights = HostileModels.Offset(file, SectionId.Weights);
        for (int trial = 0; trial < 200; trial++)
        {
            var damaged = (byte[])file.Clone();
            random.NextBytes(damaged.AsSpan(index, weights - index));
            // What precedes the weights is the index and its zero padding; restore the padding.
            int end = index + (128 * 16);
            damaged.AsSpan(end, weights - end).Clear();
            using ModelFile opened = ModelFile.Parse(ModelMemory.CopyOf(damaged), verifyAll: false, admit: null);
            for (int k = 0; k < 1000; k++)
            {
                uint slot = opened.Index.Find((ulong)random.NextInt64());
                Assert.True(slot is SlotIndex.Unknown or < 50);
            }
        }
    }

    [Fact]
    public void Files_that_cannot_be_read_are_input_output_errors()
    {
        using var directory = new TemporaryDirectory();
        var absent = Assert.Throws<CtrException>(() => CtrModel.Open(directory.File("absent.ctr")));
        Assert.Equal(CtrStatus.Io, absent.Status);
        Assert.Contains("absent.ctr", absent.Message, StringComparison.Ordinal);
        foreach (OpenMode mode in Enum.GetValues<OpenMode>())
        {
            var options = new CtrOpenOptions { Mode = mode };
            Assert.Equal(CtrStatus.Io, Assert.Throws<CtrException>(() => CtrModel.Open(directory.Path, options)).Status);
            File.WriteAllBytes(directory.File("empty.ctr"), []);
            Assert.Equal(CtrStatus.ModelMagic, Assert.Throws<CtrException>(() => CtrModel.Open(directory.File("empty.ctr"), options)).Status);
        }
    }
}
