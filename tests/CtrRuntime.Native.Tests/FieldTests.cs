using System.Text;
using CtrRuntime.Input;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Native.Tests;

/// <summary>Fields and keys, against the managed schema and encoder.</summary>
public sealed unsafe class FieldTests
{
    private static readonly CtrLibrary Ctr = CtrLibrary.Best;

    [Fact]
    public void Every_field_is_described_and_found_by_its_name()
    {
        byte[] bytes = TestModels.Bytes(new("fm") { Schema = TestSchemas.Mixed });
        using CtrModel managed = CtrModel.Open(bytes);
        using NativeModel model = Ctr.Open(bytes);
        for (uint f = 0; f < (uint)TestSchemas.Mixed.Fields.Count; f++)
        {
            FieldSchema expected = TestSchemas.Mixed.Fields[(int)f];
            NativeFieldInfo info = Describe(model, f);
            Assert.Equal(expected.Name, CtrLibrary.Text(info.FieldName));
            Assert.Equal(Encoding.UTF8.GetByteCount(expected.Name), (int)info.NameSize);
            Assert.Equal((uint)expected.Kind, info.Kind);
            Assert.Equal((uint)expected.Missing, info.Missing);
            uint found = 99;
            Assert.Equal(CtrStatus.Ok, Ctr.FieldFind(model.Handle, info.FieldName, &found));
            Assert.Equal(f, found);
        }
    }

    [Fact]
    public void A_field_without_a_name_has_an_empty_one()
    {
        using NativeModel model = Ctr.Open(TestModels.Bytes(new("ffm")));
        NativeFieldInfo info = Describe(model, 4);
        Assert.Equal("", CtrLibrary.Text(info.FieldName));
        Assert.Equal(0u, info.NameSize);
        Assert.Equal(CtrStatus.UnknownField, Find(model, "", out uint field));
        Assert.Equal(99u, field);
    }

    [Fact]
    public void Unknown_fields_are_refused()
    {
        using NativeModel model = Ctr.Open(TestModels.Bytes(new("fm") { Schema = TestSchemas.Mixed }));
        var info = new NativeFieldInfo { StructSize = (uint)sizeof(NativeFieldInfo), Kind = 77 };
        ulong key = 99;
        byte text = 65;
        foreach (uint field in new[] { (uint)TestSchemas.Mixed.Fields.Count, uint.MaxValue, (uint)int.MaxValue })
        {
            Assert.Equal(CtrStatus.UnknownField, Ctr.FieldInfo(model.Handle, field, &info));
            Assert.Equal(CtrStatus.UnknownField, Ctr.Key(model.Handle, field, &text, 1, &key));
        }

        Assert.Equal(CtrStatus.UnknownField, Find(model, "Age", out uint found));
        Assert.Equal("the model has no field 'Age'", Ctr.Error());
        Assert.Equal((77u, 99ul, 99u), (info.Kind, key, found));
    }

    [Fact]
    public void Nulls_are_refused()
    {
        using NativeModel model = Ctr.Open(TestModels.Bytes(new("fm") { Schema = TestSchemas.Mixed }));
        uint found = 0;
        ulong key = 0;
        byte text = 65;
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.FieldInfo(model.Handle, 0, null));
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.FieldFind(model.Handle, null, &found));
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.FieldFind(model.Handle, &text, null));
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.Key(model.Handle, 0, null, 1, &key));
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.Key(model.Handle, 0, &text, 1, null));
        Assert.Equal(CtrStatus.InvalidArgument, Ctr.Key(model.Handle, 0, &text, (nuint)1 << 40, &key));
        Assert.Equal(CtrStatus.Ok, Ctr.Key(model.Handle, 0, null, 0, &key));
    }

    [Fact]
    public void Keys_of_text_are_those_of_the_managed_encoder()
    {
        byte[] bytes = TestModels.Bytes(new("fm") { Schema = TestSchemas.Mixed });
        using CtrModel managed = CtrModel.Open(bytes);
        using NativeModel model = Ctr.Open(bytes);
        var random = new Random(5);
        for (int length = 0; length < 300; length++)
        {
            var text = new byte[length];
            random.NextBytes(text);
            uint field = (uint)random.Next(TestSchemas.Mixed.Fields.Count);
            ulong key = 0;
            fixed (byte* at = text) Assert.Equal(CtrStatus.Ok, Ctr.Key(model.Handle, field, at, (nuint)length, &key));
            Assert.Equal(managed.Encoder.Key(field, text), key);
        }
    }

    [Fact]
    public void Keys_of_ids_are_the_ids()
    {
        using NativeModel model = Ctr.Open(TestModels.Bytes(new("ffm")));
        ulong key = 99;
        fixed (byte* id = "18446744073709551615"u8, word = "12a"u8)
        {
            Assert.Equal(CtrStatus.Ok, Ctr.Key(model.Handle, 0, id, 20, &key));
            Assert.Equal(ulong.MaxValue, key);
            Assert.Equal(CtrStatus.FieldValue, Ctr.Key(model.Handle, 0, word, 3, &key));
            Assert.Equal(CtrStatus.FieldValue, Ctr.Key(model.Handle, 0, null, 0, &key));
        }

        Assert.Equal(ulong.MaxValue, key);
    }

    private static NativeFieldInfo Describe(NativeModel model, uint field)
    {
        var info = new NativeFieldInfo { StructSize = (uint)sizeof(NativeFieldInfo) };
        Assert.Equal(CtrStatus.Ok, Ctr.FieldInfo(model.Handle, field, &info));
        return info;
    }

    private static CtrStatus Find(NativeModel model, string name, out uint field)
    {
        uint found = 99;
        fixed (byte* at = CtrLibrary.Text(name))
        {
            CtrStatus status = Ctr.FieldFind(model.Handle, at, &found);
            field = found;
            return status;
        }
    }
}
