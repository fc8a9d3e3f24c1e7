using System.Buffers.Binary;
using System.Globalization;

namespace CtrRuntime.Input;

/// <summary>
/// Numbers in UTF-8 text, strictly and whatever the culture: digits for integers; sign, digits, point and exponent for real
/// numbers, which must be finite (so neither NaN nor infinity, nor 1e39 as a float).
/// </summary>
internal static class NumberText
{
    private static readonly System.Buffers.SearchValues<byte> RealCharacters = System.Buffers.SearchValues.Create("0123456789+-.eE"u8);

    // Powers of ten that a double holds exactly, as far as 15 digits need them.
    private static readonly double[] PowersOfTen = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>
    /// Formats and parses numbers of every form, so that the library sets up now what it would set up (a kilobyte, once a process) at the
    /// first of each: who only encodes never allocates.
    /// </summary>
    public static void Prepare()
    {
        Span<byte> text = stackalloc byte[32];
        (-1L).TryFormat(text, out _, default, CultureInfo.InvariantCulture);
        (-1.5e-7).TryFormat(text, out _, default, CultureInfo.InvariantCulture);
        1.5e+300.TryFormat(text, out _, default, CultureInfo.InvariantCulture);
        _ = TryParse("-1234567890.1234567e+1"u8, out double _);
    }

    /// <summary>Reads digits from <paramref name="position"/> on and moves it behind them; false when there are none or the number is above 2^64−1.</summary>
    public static bool ReadInteger(ReadOnlySpan<byte> text, ref int position, out ulong value)
    {
        value = 0;
        int i = position;

        // Eight more digits cannot be too many here.
        while (value < 100_000_000 && text.Length - i >= EightDigits.Length)
        {
            int digits = EightDigits.Read(BinaryPrimitives.ReadUInt64LittleEndian(text[i..]), out uint number);
            value = (value * EightDigits.Powers[digits]) + number;
            i += digits;
            if (digits == EightDigits.Length) continue;
            bool any = i > position;
            position = i;
            return any;
        }

        return ReadDigits(text, ref position, i, ref value);
    }

    /// <summary>The same digit by digit: faster where numbers are short and the next is mostly as long as the last.</summary>
    public static bool ReadShortInteger(ReadOnlySpan<byte> text, ref int position, out ulong value)
    {
        value = 0;
        return ReadDigits(text, ref position, position, ref value);
    }

    /// <summary>
    /// Reads a number of few digits, with more text behind it, from <paramref name="position"/> on and moves it behind them: the same number as
    /// <see cref="TryParse(ReadOnlySpan{byte}, out float)"/>. False when it is not so, or not a number.
    /// </summary>
    public static bool ReadShortReal(ReadOnlySpan<byte> text, ref int position, out float value)
    {
        const int Longest = 1 + EightDigits.Length + 1 + EightDigits.Length;
        value = 0;
        if (text.Length - position <= Longest) return false;
        bool negative = text[position] == '-';
        int at = position + (negative ? 1 : 0), places = 0;
        int digits = EightDigits.Read(BinaryPrimitives.ReadUInt64LittleEndian(text[at..]), out uint whole);
        if (digits is 0 or EightDigits.Length) return false;
        at += digits;
        ulong number = whole;
        if (text[at] == '.')
        {
            places = EightDigits.Read(BinaryPrimitives.ReadUInt64LittleEndian(text[++at..]), out uint fraction);
            if (places == EightDigits.Length) return false;
            at += places;
            number = (number * EightDigits.Powers[places]) + fraction;
        }

        // At most 14 digits, as in TryParseShort.
        double real = number / PowersOfTen[places];
        value = (float)(negative ? -real : real);
        position = at;
        return true;
    }

    /// <summary>The whole text as an integer from 0 to 2^64−1.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out ulong value)
    {
        int position = 0;
        return ReadInteger(text, ref position, out value) && position == text.Length;
    }

    /// <summary>The whole text as a finite number.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (TryParseShort(text, out value)) return true;

        // The library would also take "NaN", "Infinity" and trailing NULs.
        return !text.ContainsAnyExcept(RealCharacters)
            && double.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out value)
            && double.IsFinite(value);
    }

    /// <summary>The whole text as a number, rounded to a float that is finite.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out float value)
    {
        bool parsed = TryParse(text, out double number);
        value = (float)number;
        return parsed && float.IsFinite(value);
    }

    /// <summary>The text without spaces and tabs around it.</summary>
    public static ReadOnlySpan<byte> Trim(ReadOnlySpan<byte> text) => text.Trim(" \t"u8);

    // Reads digits from i on behind those from the position to i, which are the value so far.
    private static bool ReadDigits(ReadOnlySpan<byte> text, ref int position, int i, ref ulong value)
    {
        const ulong LastSafe = ulong.MaxValue / 10;
        for (; i < text.Length; i++)
        {
            uint digit = (uint)(text[i] - '0');
            if (digit > 9) break;
            if (value >= LastSafe && (value > LastSafe || digit > ulong.MaxValue % 10))
            {
                value = 0;
                return false;
            }

            value = (value * 10) + digit;
        }

        bool any = i > position;
        position = i;
        return any;
    }

    // Up to 15 digits with a point among them: digits and power of ten are exact doubles, so that their quotient is the
    // correctly rounded number (Clinger 1990), the same that the library finds.
    private static bool TryParseShort(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        bool negative = text is [(byte)'-', ..];
        if (negative) text = text[1..];
        if (text.Length is 0 or > 16) return false;
        long digits = 0;
        int point = -1;
        for (int i = 0; i < text.Length; i++)
        {
            uint digit = (uint)(text[i] - '0');
            if (digit <= 9)
            {
                digits = (digits * 10) + digit;
            }
            else if (text[i] == '.' && point < 0)
            {
                point = i;
            }
            else
            {
                return false;
            }
        }

        int count = point < 0 ? text.Length : text.Length - 1;
        if (count is 0 or > 15) return false;
        value = point < 0 ? digits : digits / PowersOfTen[text.Length - 1 - point];
        if (negative) value = -value;
        return true;
    }
}
