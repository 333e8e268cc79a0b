using System.Diagnostics;
using ParquetPool.Commands;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary>Times work in a way that a noisy machine does not spoil: the candidates take turns, and medians are compared.</summary>
internal static class Stopwatches
{
    private const int Turns = 7;

    /// <summary>The median seconds of each candidate over several turns, after one turn that does not count.</summary>
    public static double[] Medians(params Action[] candidates) => Medians(Turns, _ => { }, candidates, CancellationToken.None);

    /// <summary>The same with progress; stops between two candidates, and within one that looks at the token itself.</summary>
    /// <exception cref="OperationCanceledException">The command is to stop.</exception>
    public static double[] Medians(string what, CommandContext context, int turns, params Action[] candidates) =>
        context.Progress.RunAsync(
            $"measuring {what}", (turns + 1) * candidates.Length, "runs",
            advance => Task.Run(() => Medians(turns, advance, candidates, context.Stopping))).GetAwaiter().GetResult();

    private static double[] Medians(int turns, Action<long> advance, Action[] candidates, CancellationToken stopping)
    {
        var seconds = candidates.Select(_ => new List<double>()).ToArray();
        for (var turn = -1; turn < turns; turn++)
        {
            for (var i = 0; i < candidates.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                candidates[i]();
                stopping.ThrowIfCancellationRequested();
                if (turn >= 0)
                {
                    seconds[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
                advance(1);
            }
        }
        return [.. seconds.Select(s => s.Order().ElementAt(turns / 2))];
    }
}
