using System.Diagnostics;

namespace CtrRuntime.Libraries;

/// <summary>A way of scoring and ours, over the same rows: ns per row, the least of many turns, in turns.</summary>
internal sealed record Comparison(string Name, double NsPerRow, double OursNsPerRow)
{
    private const int LeastTurns = 5;

    /// <summary>Times both for some seconds.</summary>
    public static Comparison Of(string name, Action<float[]> theirs, Action<float[]> ours, double seconds)
    {
        double their = double.PositiveInfinity, our = double.PositiveInfinity;
        float[] scores = new float[Rows.Count];
        long start = Stopwatch.GetTimestamp();
        for (int turn = 0; turn < LeastTurns || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds; turn++)
        {
            their = Math.Min(their, NsOf(theirs, scores));
            our = Math.Min(our, NsOf(ours, scores));
        }

        return new(name, their, our);
    }

    private static double NsOf(Action<float[]> score, float[] scores)
    {
        long start = Stopwatch.GetTimestamp();
        score(scores);
        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Rows.Count;
    }
}
