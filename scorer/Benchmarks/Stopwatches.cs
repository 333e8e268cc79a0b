using System.Diagnostics;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary>Times work in a way that a noisy machine does not spoil: the candidates take turns, and medians are compared.</summary>
internal static class Stopwatches
{
    private const int Turns = 7;

    /// <summary>The median seconds of each candidate over several turns, after one turn that does not count.</summary>
    public static double[] Medians(params Action[] candidates)
    {
        var seconds = candidates.Select(_ => new List<double>()).ToArray();
        for (var turn = -1; turn < Turns; turn++)
        {
            for (var i = 0; i < candidates.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                candidates[i]();
                if (turn >= 0)
                {
                    seconds[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }
        return [.. seconds.Select(s => s.Order().ElementAt(Turns / 2))];
    }
}
