using System.IO.Hashing;
using System.Text;

namespace CtrRuntime.Input;

/// <summary>
/// Keys of text values: key = XXH3-64(UTF-8 text, seed of the field), and the field's seed = XXH3-64(UTF-8 field name, seed of the model).
/// Any language with xxHash reproduces it; the model file carries test vectors.
/// </summary>
internal static class FieldKeys
{
    /// <summary>The seed of a field, which makes equal texts of different fields different features.</summary>
    public static ulong Seed(ulong modelSeed, string fieldName) =>
        XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(fieldName), unchecked((long)modelSeed));

    /// <summary>The key of a text value in a field of <paramref name="fieldSeed"/>.</summary>
    public static ulong Key(ulong fieldSeed, ReadOnlySpan<byte> utf8) => XxHash3.HashToUInt64(utf8, unchecked((long)fieldSeed));
}
