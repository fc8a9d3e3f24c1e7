using System.Runtime.CompilerServices;

namespace CtrRuntime.Native;

// The structs of include/ctr.h, member by member; the manual is there. A test compares sizes and offsets with what the C compiler says.

/// <summary>A struct that starts with its own size; all of them were born with ABI 1.</summary>
internal interface ISizedStruct
{
    /// <summary>Name in the header.</summary>
    static abstract string Name { get; }
}

/// <summary><c>ctr_open_options</c>.</summary>
internal struct NativeOpenOptions : ISizedStruct
{
    public uint StructSize;
    public uint Mode;
    public uint Verify;
    public uint Level;

    public static string Name => "ctr_open_options";
}

/// <summary><c>struct ctr_model_info</c>.</summary>
internal struct NativeModelInfo : ISizedStruct
{
    public uint StructSize;
    public uint FieldCount;
    public ulong SlotCount;
    public ulong FileSize;
    public KindName Kind;
    public uint Latent;
    public uint SlotSize;
    public uint Link;
    public uint IndexKind;
    public uint KeyKind;
    public uint Level;
    public uint FormatMajor;
    public uint FormatMinor;
    public float Bias;
    public uint WeightType;

    public static string Name => "ctr_model_info";

    /// <summary><c>char kind[16]</c>.</summary>
    [InlineArray(Length)]
    internal struct KindName
    {
        public const int Length = 16;
        private byte _first;
    }
}

/// <summary><c>struct ctr_field_info</c>.</summary>
internal unsafe struct NativeFieldInfo : ISizedStruct
{
    public uint StructSize;
    public uint Kind;
    public uint Missing;
    public uint NameSize;
    public byte* FieldName;

    public static string Name => "ctr_field_info";
}

/// <summary><c>ctr_value</c>.</summary>
internal unsafe struct NativeValue
{
    public uint Field;
    public uint Type;
    public byte* Text;
    public ulong Size;
    public double Number;
}

/// <summary><c>ctr_row_buffer</c>.</summary>
internal unsafe struct NativeRowBuffer : ISizedStruct
{
    public uint StructSize;
    public uint Reserved;
    public ulong Capacity;
    public ulong Count;
    public uint* Fields;
    public ulong* Keys;
    public float* Values;

    public static string Name => "ctr_row_buffer";
}

/// <summary><c>ctr_rows</c>.</summary>
internal unsafe struct NativeRows : ISizedStruct
{
    public uint StructSize;
    public uint Reserved;
    public ulong RowCount;
    public ulong* Offsets;
    public uint* Fields;
    public ulong* Keys;
    public float* Values;

    public static string Name => "ctr_rows";
}

/// <summary><c>ctr_score_options</c>.</summary>
internal unsafe struct NativeScoreOptions : ISizedStruct
{
    public uint StructSize;
    public uint Output;
    public uint* UnknownCounts;
    public byte* Scratch;
    public ulong ScratchSize;

    public static string Name => "ctr_score_options";
}

/// <summary><c>ctr_context_options</c>.</summary>
internal unsafe struct NativeContextOptions : ISizedStruct
{
    public uint StructSize;
    public uint Reserved;
    public uint* UnknownCount;
    public byte* Scratch;
    public ulong ScratchSize;

    public static string Name => "ctr_context_options";
}

/// <summary><c>ctr_rank_options</c>.</summary>
internal unsafe struct NativeRankOptions : ISizedStruct
{
    public uint StructSize;
    public uint Output;
    public uint* UnknownCounts;
    public byte* Scratch;
    public ulong ScratchSize;
    public ulong TopK;
    public ulong* Indices;

    public static string Name => "ctr_rank_options";
}

/// <summary><c>ctr_counters</c>.</summary>
internal struct NativeCounters : ISizedStruct
{
    public uint StructSize;
    public uint Reserved;
    public ulong AllocatedBytes;
    public ulong Collections;

    public static string Name => "ctr_counters";
}
