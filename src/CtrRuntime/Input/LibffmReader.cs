using System.Runtime.CompilerServices;

namespace CtrRuntime.Input;

/// <summary>
/// Reads libffm text, <c>label field:feature:value …</c>: fields from 0 to <see cref="Schema.MaximumFields"/> − 1, features (which are
/// the keys) from 0 to 2^64 − 1, values finite.
/// </summary>
internal sealed unsafe class LibffmReader(InputBuffer buffer, ExampleMode mode) : FeatureLineReader(buffer, mode)
{
    /// <summary>Characters of the shortest feature with the separator before it.</summary>
    private const int Shortest = 6;

    /// <summary>Characters that may be read from the start of a usual feature on: a field of five digits, a colon, eight digits, a colon, a value and its end.</summary>
    private const int LongestUsual = 17;

    private const int UsualFieldDigits = 5;

    /// <inheritdoc/>
    protected override void ReadFeatures(ReadOnlySpan<byte> line, int position, Example example)
    {
        example.Reserve(((line.Length - position) / Shortest) + 1);
        while ((position = SkipSeparators(line, ReadUsual(line, position, example))) < line.Length)
        {
            int token = position;
            if (!NumberText.ReadShortInteger(line, ref position, out ulong field) || field >= Schema.MaximumFields
                || !ReadColon(line, ref position)
                || !NumberText.ReadInteger(line, ref position, out ulong key)
                || !ReadColon(line, ref position)
                || !ReadValue(line, ref position, out float value))
                throw Malformed(line, token, "field:feature:value");
            example.Add((uint)field, key, value);
        }
    }

    /// <summary>
    /// Reads features as long as they are as nearly all are: one separator, at most seven digits of a feature, mostly the value 1, more of the
    /// line behind them. Answers where the first one starts that is not.
    /// </summary>
    private static int ReadUsual(ReadOnlySpan<byte> line, int position, Example example)
    {
        int count = example.Count;
        fixed (byte* start = line)
        fixed (uint* fields = example.Fields)
        fixed (ulong* keys = example.Keys)
        fixed (float* values = example.Values)
        {
            byte* next = start + position, last = start + line.Length - 1 - LongestUsual;
            while (next <= last && IsSeparator(*next))
            {
                byte* at = next + 1;
                uint field = 0, digit;
                for (byte* fieldEnd = at + UsualFieldDigits; at < fieldEnd && (digit = (uint)(*at - '0')) <= 9; at++) field = (field * 10) + digit;
                if (*at != ':' || at == next + 1 || field >= Schema.MaximumFields) break;
                at++;
                int digits = EightDigits.Read(Unsafe.ReadUnaligned<ulong>(at), out uint key);
                at += digits;
                if (digits is 0 or EightDigits.Length || at[0] != ':') break;
                byte* end = at + 2;
                float value = 1;
                if (at[1] != '1' || !IsSeparator(*end))
                {
                    int behind = (int)(at + 1 - start);
                    if (!ReadValue(line, ref behind, out value)) break;
                    end = start + behind;
                }

                fields[count] = field;
                keys[count] = key;
                values[count] = value;
                count++;
                next = end;
            }

            example.Count = count;
            return (int)(next - start);
        }
    }
}
