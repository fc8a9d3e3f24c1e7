using System.Text;

namespace CtrRuntime.Input;

/// <summary>Words the errors of malformed input: <c>file:line:column: detail</c>, lines and columns counted from 1, columns in bytes.</summary>
internal static class InputError
{
    private const int LongestQuote = 40;
    private const int LongestName = 200;

    /// <summary>An error of <see cref="CtrStatus.Data"/> at a place of a file.</summary>
    public static CtrException At(string file, long line, long column, string detail) =>
        new(CtrStatus.Data, $"{file}:{line}:{column}: {detail}");

    /// <summary>The text in single quotes, made fit for a terminal: at most 40 bytes of it, control characters as '?'.</summary>
    public static string Quote(ReadOnlySpan<byte> utf8)
    {
        bool cut = utf8.Length > LongestQuote;
        return Quote(Encoding.UTF8.GetString(cut ? utf8[..LongestQuote] : utf8), cut);
    }

    /// <summary>A name in the same way, at most 200 characters of it.</summary>
    public static string Quote(string name)
    {
        bool cut = name.Length > LongestName;
        return Quote(cut ? name.AsSpan(0, LongestName) : name, cut);
    }

    private static string Quote(ReadOnlySpan<char> text, bool cut)
    {
        var quoted = new StringBuilder(text.Length + 3).Append('\'');
        foreach (char c in text) quoted.Append(char.IsControl(c) ? '?' : c);
        return quoted.Append(cut ? "…'" : "'").ToString();
    }
}
