using System.Runtime.InteropServices;
using CtrRuntime.Input;

namespace CtrRuntime.Cli.Scoring;

/// <summary>Any number of rows in CSR form.</summary>
internal sealed class CandidateRows
{
    private readonly List<ulong> _offsets = [0];
    private readonly List<uint> _fields = [];
    private readonly List<ulong> _keys = [];
    private readonly List<float> _values = [];

    /// <summary>Number of rows.</summary>
    public int Rows => _offsets.Count - 1;

    /// <summary>One more than there are rows.</summary>
    public ReadOnlySpan<ulong> Offsets => CollectionsMarshal.AsSpan(_offsets);

    /// <summary>The field of each feature.</summary>
    public ReadOnlySpan<uint> Fields => CollectionsMarshal.AsSpan(_fields);

    /// <summary>The key of each feature.</summary>
    public ReadOnlySpan<ulong> Keys => CollectionsMarshal.AsSpan(_keys);

    /// <summary>The value of each feature.</summary>
    public ReadOnlySpan<float> Values => CollectionsMarshal.AsSpan(_values);

    /// <summary>Adds a row.</summary>
    public void Append(Example example)
    {
        _fields.AddRange(example.Fields.AsSpan(0, example.Count));
        _keys.AddRange(example.Keys.AsSpan(0, example.Count));
        _values.AddRange(example.Values.AsSpan(0, example.Count));
        _offsets.Add((ulong)_keys.Count);
    }
}
