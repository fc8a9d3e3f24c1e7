using System.Text;
using CtrRuntime.Input;
using CtrRuntime.Kernels;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Opening, describing and closing models, and what is not a model.</summary>
public sealed unsafe class ModelTests
{
    private const nint Untouched = -1;
    private static readonly CtrLibrary Ctr = CtrLibrary.Best;
    private static readonly byte[] Lr = TestModels.Bytes(new("lr"));

    public static TheoryData<string> Kinds => TestModels.Kinds;

    public static TheoryData<KernelLevel> Levels => CtrLibrary.Levels;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Info_is_that_of_the_managed_runtime(string kind)
    {
        byte[] bytes = TestModels.Bytes(new(kind) { Link = Link.Probit });
        using CtrModel managed = CtrModel.Open(bytes);
        using NativeModel model = Ctr.Open(bytes);
        var info = new NativeModelInfo { StructSize = (uint)sizeof(NativeModelInfo), WeightType = 9 };
        Assert.Equal(CtrStatus.Ok, Ctr.ModelInfo(model.Handle, &info));
        Assert.Equal(kind, Encoding.ASCII.GetString(((ReadOnlySpan<byte>)info.Kind).TrimEnd((byte)0)));
        Assert.Equal(managed.Info, new CtrModelInfo(
            kind,
            (int)info.Latent,
            (int)info.FieldCount,
            (long)info.SlotCount,
            (int)info.SlotSize,
            (WeightType)info.WeightType,
            (long)info.FileSize,
            (KeyKind)info.KeyKind,
            (IndexKind)info.IndexKind,
            (Link)info.Link,
            info.Bias,
            (KernelLevel)info.Level,
            (int)info.FormatMajor,
            (int)info.FormatMinor));
        Assert.Equal(bytes.Length, (long)info.FileSize);
        Assert.Equal((uint)WeightType.Float32, info.WeightType);
        Assert.Equal((uint)sizeof(NativeModelInfo), info.StructSize);
    }

    [Theory]
    [InlineData(OpenMode.Map, false)]
    [InlineData(OpenMode.Read, false)]
    [InlineData(OpenMode.Prefault, true)]
    public void Every_mode_opens_a_file_with_any_characters_in_its_name(OpenMode mode, bool verify)
    {
        using var directory = new TemporaryDirectory();
        string path = directory.File("modèle €.ctr");
        File.WriteAllBytes(path, Lr);
        Assert.Equal(CtrStatus.Ok, Ctr.Open(path, new NativeOpenOptions { Mode = (uint)mode, Verify = verify ? 1u : 0 }, out nint handle));
        using var model = new NativeModel(Ctr, handle);
        File.Delete(path);
        Assert.Single(model.Score(Batch.Row((0, TestModels.KeyOf(1), 1))));
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void A_build_has_its_own_level_and_those_below(KernelLevel build)
    {
        CtrLibrary library = CtrLibrary.Of(build);
        foreach (KernelLevel level in new[] { KernelLevel.V2, KernelLevel.V3, KernelLevel.V4, KernelLevel.Arm64 })
        {
            CtrStatus status = library.Open(Lr, new NativeOpenOptions { Level = (uint)level }, out nint model);
            Assert.Equal(level <= build ? CtrStatus.Ok : CtrStatus.Unsupported, status);
            if (status == CtrStatus.Ok) Assert.Equal((uint)level, Info(library, model).Level);
            else Assert.Contains(KernelLevels.Name(level), library.Error());
            if (status == CtrStatus.Ok) Assert.Equal(CtrStatus.Ok, library.ModelClose(model));
        }

        using NativeModel best = library.Open(Lr);
        Assert.Equal((uint)build, Info(library, best.Handle).Level);
    }

    [Fact]
    public void Options_that_do_not_exist_are_refused()
    {
        NativeOpenOptions[] wrong = [new() { Mode = 3 }, new() { Verify = 2 }, new() { Level = 1 }, new() { Level = 6 }];
        foreach (NativeOpenOptions options in wrong)
        {
            Assert.Equal(CtrStatus.InvalidArgument, Ctr.Open(Lr, options, out nint model));
            Assert.Equal(Untouched, model);
            Assert.Equal(CtrStatus.InvalidArgument, Ctr.Open("/nonexistent", options, out model));
            Assert.Equal(Untouched, model);
        }
    }

    [Fact]
    public void Nulls_are_refused()
    {
        nint model = Untouched;
        var info = new NativeModelInfo { StructSize = (uint)sizeof(NativeModelInfo), Latent = 99 };
        fixed (byte* bytes = Lr, path = "/nonexistent\0"u8)
        {
            Assert.Equal(CtrStatus.InvalidArgument, Ctr.ModelOpen(null, null, &model));
            Assert.Equal(CtrStatus.InvalidArgument, Ctr.ModelOpen(path, null, null));
            Assert.Equal(CtrStatus.InvalidArgument, Ctr.ModelOpenMemory(null, 5, null, &model));
            Assert.Equal(CtrStatus.InvalidArgument, Ctr.ModelOpenMemory(bytes, (nuint)Lr.Length, null, null));
            Assert.Equal(CtrStatus.ModelMagic, Ctr.ModelOpenMemory(null, 0, null, &model));
        }

        Assert.Equal(Untouched, model);
        Assert.Equal(CtrStatus.Ok, Ctr.ModelClose(0));
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.ModelInfo(0, &info));
        Assert.Equal("the model is NULL", Ctr.Error());
        Assert.Equal(99u, info.Latent);
        using NativeModel open = Ctr.Open(Lr);
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.ModelInfo(open.Handle, null));
    }

    [Fact]
    public void A_closed_model_is_refused_by_every_function()
    {
        Assert.Equal(CtrStatus.Ok, Ctr.Open(Lr, default, out nint model));
        Assert.Equal(CtrStatus.Ok, Ctr.ModelClose(model));
        RefusedEverywhere(model, CtrStatus.InvalidHandle);
        Assert.EndsWith("is closed", Ctr.Error());

        // The next model takes its place in the table, and the old number stays closed.
        using NativeModel next = Ctr.Open(Lr);
        Assert.NotEqual(model, next.Handle);
        RefusedEverywhere(model, CtrStatus.InvalidHandle);
    }

    [Fact]
    public void A_pointer_that_is_no_model_is_refused_by_every_function()
    {
        using NativeModel model = Ctr.Open(Lr);
        long onTheStack = 1;
        fixed (byte* onTheHeap = Lr)
        {
            nint[] foreign =
            [
                1, 8, -1, nint.MaxValue, nint.MinValue, (nint)(&onTheStack), (nint)onTheHeap,
                model.Handle + 1, model.Handle - 1, Flip(32, 1), Flip(32, 0xFFFF), Flip(48, 1), Flip(63, 1),
            ];
            foreach (nint handle in foreign) RefusedEverywhere(handle, CtrStatus.InvalidHandle);
        }

        RefusedEverywhere(0, CtrStatus.InvalidArgument, closeToo: false);

        nint Flip(int shift, nint bits) => model.Handle ^ (bits << shift);
    }

    [Fact]
    public void A_handle_is_no_address_of_any_process()
    {
        using NativeModel model = Ctr.Open(Lr);
        // Addresses repeat bit 47 (bit 56 with five-level page tables) up to bit 63.
        Assert.NotEqual(0, model.Handle >> 56);
        Assert.NotEqual(-1, model.Handle >> 56);
    }

    [Fact]
    public void A_thousand_models_are_open_at_once_and_close_in_any_order()
    {
        byte[][] bytes = [.. Enumerable.Range(0, 3).Select(seed => TestModels.Bytes(new("lr") { Seed = seed }))];
        Batch row = Batch.Row((0, TestModels.KeyOf(1), 1), (1, TestModels.KeyOf(2), 1));
        float[] expected = [.. bytes.Select(model => ManagedScore(model, row))];
        var models = new List<(NativeModel Model, int Which)>();
        for (int i = 0; i < 1000; i++) models.Add((Ctr.Open(bytes[i % 3]), i % 3));
        Assert.Equal(1000, models.Select(m => m.Model.Handle).Distinct().Count());
        foreach (var (model, which) in models) Assert.Equal(expected[which], model.Score(row)[0]);
        new Random(3).Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(models));
        for (int i = 0; i < 500; i++) models[i].Model.Dispose();
        for (int i = 500; i < 1000; i++) Assert.Equal(expected[models[i].Which], models[i].Model.Score(row)[0]);
        for (int i = 500; i < 1000; i++) models[i].Model.Dispose();
        RefusedEverywhere(models[0].Model.Handle, CtrStatus.InvalidHandle);
    }

    internal static NativeModelInfo Info(CtrLibrary library, nint model)
    {
        var info = new NativeModelInfo { StructSize = (uint)sizeof(NativeModelInfo) };
        Assert.Equal(CtrStatus.Ok, library.ModelInfo(model, &info));
        return info;
    }

    private static float ManagedScore(byte[] bytes, Batch row)
    {
        using CtrModel model = CtrModel.Open(bytes);
        return row.ScoreBy(model)[0];
    }

    private static void RefusedEverywhere(nint model, CtrStatus status, bool closeToo = true)
    {
        var info = new NativeModelInfo { StructSize = (uint)sizeof(NativeModelInfo) };
        var field = new NativeFieldInfo { StructSize = (uint)sizeof(NativeFieldInfo) };
        var row = new NativeRowBuffer { StructSize = (uint)sizeof(NativeRowBuffer), Count = 55 };
        var rows = new NativeRows { StructSize = (uint)sizeof(NativeRows) };
        uint found = 55;
        ulong key = 55;
        float score = 55;
        byte zero = 0;
        Assert.Equal(status, Ctr.ModelInfo(model, &info));
        Assert.Equal(status, Ctr.FieldInfo(model, 0, &field));
        Assert.Equal(status, Ctr.FieldFind(model, &zero, &found));
        Assert.Equal(status, Ctr.Key(model, 0, &zero, 1, &key));
        Assert.Equal(status, Ctr.Encode(model, null, 0, &row));
        Assert.Equal(status, Ctr.Score(model, &rows, null, &score));
        Assert.Equal(status, Ctr.ScratchSize(model, 1000, &key));
        if (closeToo) Assert.Equal(status, Ctr.ModelClose(model));
        Assert.Equal((0ul, 55u, 55ul, 55ul, 55f), (info.SlotCount, found, key, row.Count, score));
    }
}
