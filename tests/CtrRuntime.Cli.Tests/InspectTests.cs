using System.Text.Json;
using CtrRuntime.Input;
using CtrRuntime.Model;
using CtrRuntime.Tests.Shared;

namespace CtrRuntime.Cli.Tests;

public sealed class InspectTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Kinds => TestModels.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Shows_every_kind(string kind)
    {
        string path = _directory.File("model.ctr");
        TestModels.Write(path, new(kind));
        string output = Ctr.Succeed("inspect", path).Output;
        Assert.Matches($@"(?m)^kind +{kind}$", output);
        Assert.Matches(@"(?m)^slots +100$", output);
        Assert.Matches(@"(?m)^index +exact, load 0\.\d+, longest probe \d+$", output);
        Assert.Matches(@"(?m)^weights +f32$", output);
        Assert.Matches(@"(?m)^slot_index +\d+ +\d+ +[0-9a-f]{16}$", output);
        Assert.Contains("\"made by\": \"a test\"", output);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Says_the_same_as_json(string kind)
    {
        string path = _directory.File("model.ctr");
        TestModels.Write(path, new(kind));
        var json = JsonDocument.Parse(Ctr.Succeed("inspect", path, "--json").Output).RootElement;
        Assert.Equal(kind, json.GetProperty("kind").GetString());
        Assert.Equal(100, json.GetProperty("slots").GetInt64());
        Assert.Equal(new FileInfo(path).Length, json.GetProperty("bytes").GetInt64());
        Assert.Equal("a test", json.GetProperty("metadata").GetProperty("made by").GetString());
        Assert.Contains("schema", json.GetProperty("sections").EnumerateArray().Select(section => section.GetProperty("name").GetString()));
    }

    [Fact]
    public void Shows_how_named_fields_are_read()
    {
        string path = _directory.File("model.ctr");
        var schema = new Schema(
            KeyKind.Text,
            7,
            [FieldSchema.Categorical("city"), FieldSchema.Binned("age", [20, 40, 60]), FieldSchema.Numeric("price", 10, .5)],
            Label: "click");
        TestModels.Write(path, new("fm") { Schema = schema, Fields = 3 });
        string output = Ctr.Succeed("inspect", path).Output;
        Assert.Matches(@"(?m)^0 +city +categorical +feature$", output);
        Assert.Matches(@"(?m)^1 +age +binned +4 +feature$", output);
        Assert.Matches(@"(?m)^2 +price +numeric +10 +0\.5 +skip$", output);
        Assert.Matches(@"(?m)^label +click$", output);
        var json = JsonDocument.Parse(Ctr.Succeed("inspect", path, "--json").Output).RootElement;
        Assert.Equal([20, 40, 60], json.GetProperty("fields")[1].GetProperty("edges").EnumerateArray().Select(edge => edge.GetDouble()));
    }

    [Fact]
    public void Verify_says_what_it_checked()
    {
        string path = _directory.File("model.ctr");
        TestModels.Write(path, new("ffm"));
        string output = Ctr.Succeed("verify", path).Output;
        Assert.StartsWith($"{path}: ok\n", output);
        Assert.Matches(@"(?m)^section Weights +checksum matches over \d+ bytes$", output);
        Assert.Matches(@"(?m)^golden rows +4 come out with x86-64-v2", output);
        var json = JsonDocument.Parse(Ctr.Succeed("verify", path, "--json").Output).RootElement;
        Assert.True(json.GetProperty("ok").GetBoolean());
        Assert.Equal(4, json.GetProperty("golden_rows").GetInt32());
    }

    [Fact]
    public void Verify_finds_a_flipped_bit_in_the_weights()
    {
        string path = _directory.File("model.ctr");
        TestModels.Write(path, new("ffm"));
        long offset;
        using (var model = CtrModel.Open(path)) offset = (long)model.File.Sections.Single(section => section.Id == SectionId.Weights).Offset;
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Contains("Weights does not match its checksum", Ctr.Fail(ExitCode.Error, "verify", path));
    }

    public void Dispose() => _directory.Dispose();
}
