using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ParquetPool.Commands;
using ParquetPool.Engine;
using ParquetPool.Scorer.Records;
using ParquetPool.Shards;

namespace ParquetPool.Trainer.Rehearsal;

/// <summary>Runs of which some are finished already.</summary>
internal static class OpenRuns
{
    // A run trains with two threads; more of them than runs at a time would wait for each other.
    private const int ThreadsPerRun = 2;

    /// <summary>Of everything that decides a run but what it is called by.</summary>
    /// <param name="deciding">Options, as JSON has them.</param>
    public static string Key<T>(T deciding, params IEnumerable<Shard> shards)
    {
        string[] parts = [JsonSerializer.Serialize(deciding), JsonSerializer.Serialize(RunVersions.Current()), .. shards.Select(s => ContentHash.Of(s.Path))];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts))));
    }

    /// <summary>Runs those that are not finished, several at a time, in their order.</summary>
    /// <param name="runs">[run]; null for those that are open. Filled.</param>
    /// <param name="order">The open ones.</param>
    /// <param name="shown">For the progress.</param>
    /// <param name="run">Given the run's place, threads and whom to tell of units; it keeps what it has found.</param>
    public static Task FinishAsync<T>(T?[] runs, IEnumerable<int> order, int threads, RunProgress shown, CommandContext context, Func<int, int, Action<long>, CancellationToken, T> run)
        where T : class
    {
        var atOnce = Math.Max(1, threads / ThreadsPerRun);
        int[] open = [.. order];
        return context.Progress.RunAsync(shown.What, open.Length * shown.Units, shown.Unit, async advance =>
        {
            await Parallel.ForEachAsync(open, new ParallelOptions { MaxDegreeOfParallelism = atOnce, CancellationToken = context.Stopping }, (place, stopping) =>
            {
                runs[place] = run(place, Math.Max(1, threads / atOnce), advance, stopping);
                return ValueTask.CompletedTask;
            });
            return 0;
        });
    }
}

/// <summary>What is shown of runs while they go on.</summary>
/// <param name="What">The step.</param>
/// <param name="Units">That each run has.</param>
/// <param name="Unit">What these are.</param>
internal sealed record RunProgress(string What, long Units, string Unit);
