using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ParquetPool.Columns;
using ParquetPool.Graphs;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Benchmarks;
using ParquetPool.Shards;

namespace ParquetPool.Benchmarks;

/// <summary>A service that runs a job every 20 seconds for a long time: does its memory stay flat, do its handles, is every output whole?</summary>
/// <remarks>Between two runs one shard is replaced, so that each run scores something; a selection follows each. A page is asked for every five seconds, as a browser does.</remarks>
internal sealed class Soak : IDisposable
{
    private const string Cron = "0/20 * * * * ?";
    private const int Shards = 4;
    private const int RowsPerShard = 20_000;
    private const int Width = 512;
    private const double MostGrowth = 0.05;
    private const int MostMoreHandles = 8;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWindow = TimeSpan.FromMinutes(5);
    private readonly string folder = Directory.CreateTempSubdirectory("parquetpool-soak-").FullName;
    private readonly List<(TimeSpan At, long Bytes, int Handles, int Threads)> samples = [];
    private int replaced;

    /// <summary>Runs and prints what was seen.</summary>
    /// <returns>Whether all was as it should be.</returns>
    public static async Task<bool> RunAsync(double minutes)
    {
        using var soak = new Soak();
        return await soak.RunAsync(TimeSpan.FromMinutes(minutes));
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<bool> RunAsync(TimeSpan length)
    {
        await File.WriteAllBytesAsync(In("model.onnx"), ModelFile.ToBytes(ReferenceModels.Mlp().Model));
        for (var shard = 0; shard < Shards; shard++)
        {
            WriteShard(shard);
        }
        await File.WriteAllTextAsync(In("jobs.json"), $$"""
            { "jobs": [
              { "name": "score", "command": "score", "options": { "model": "model.onnx", "pool": "pool", "out": "scored" }, "triggers": [{ "cron": "{{Cron}}", "timeZone": "UTC" }], "keep": 3 },
              { "name": "select", "command": "select", "options": { "scores": "{score}", "top": 100, "strategy": "power", "out": "query" }, "triggers": [{ "after": "score" }], "keep": 3 } ] }
            """);
        using var service = Start("serve", "--jobs", In("jobs.json"), "--state", In("state"), "--listen", "127.0.0.1:0");
        var address = await AddressAsync(service.StandardError);
        using var http = new HttpClient();
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < length && !service.HasExited)
        {
            await Task.Delay(Every);
            await http.GetStringAsync(address);
            samples.Add(Sample(watch.Elapsed, service.Id));
            if (Runs("score").Count(run => State(run) == "succeeded") > replaced)
            {
                WriteShard(replaced++ % Shards);
            }
        }
        var lived = !service.HasExited;
        Process.Start("kill", ["-s", "TERM", $"{service.Id}"]).WaitForExit();
        await service.WaitForExitAsync();
        return await ReportAsync(length, lived && service.ExitCode == 0);
    }

    private async Task<bool> ReportAsync(TimeSpan length, bool lived)
    {
        var window = TimeSpan.FromTicks(Math.Min(LongestWindow.Ticks, length.Ticks / 3));
        var (first, last) = (Seen(s => s.At <= window), Seen(s => s.At > length - window));
        var growth = last.Bytes / first.Bytes - 1;
        var (scored, selected) = (Runs("score"), Runs("select"));
        var good = scored.Concat(selected).Count(run => State(run) is "succeeded" or "skipped" or "waiting");
        var whole = await IsWholeAsync();
        Console.WriteLine(FormattableString.Invariant($"runs      {scored.Count} score, {selected.Count} select, {scored.Count(run => State(run) == "skipped")} of them passed over, {scored.Count + selected.Count - good} failed"));
        Console.WriteLine(FormattableString.Invariant($"memory    {first.Bytes / 1e6:N1} MB in the first {window.TotalMinutes:N1} minutes, {last.Bytes / 1e6:N1} MB in the last: {growth:P1} (at most {MostGrowth:P0})"));
        Console.WriteLine(FormattableString.Invariant($"handles   {first.Handles:N1} and {last.Handles:N1}, threads {first.Threads:N1} and {last.Threads:N1}"));
        Console.WriteLine($"outputs   {(whole ? "the last has the bytes of a run by hand" : "the last differs from a run by hand")}");
        Console.WriteLine($"service   {(lived ? "lived to the end and stopped when told" : "ended early or badly")}");
        return lived && whole && growth <= MostGrowth && last.Handles <= first.Handles + MostMoreHandles && good == scored.Count + selected.Count;
    }

    /// <summary>Whether the newest selection is that of the pool scored by hand with the scores' own record as the witness of its shards.</summary>
    private async Task<bool> IsWholeAsync()
    {
        foreach (var run in Runs("score").Where(run => State(run) == "succeeded").TakeLast(3))
        {
            var output = run.GetProperty("out").GetString()!;
            var rows = File.ReadLines(Path.Combine(output, "ranked.csv")).Count() - 1;
            if (rows != Shards * RowsPerShard || !File.Exists(Path.Combine(output, "run.json")))
            {
                return false;
            }
        }
        // The pool may have changed since the last run: one more in its folder brings it up to date, one in a new folder starts from nothing.
        var latest = new DirectoryInfo(In("scored/latest")).ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        foreach (var output in new[] { latest, In("by-hand") })
        {
            using var score = Start("score", "-q", "--model", In("model.onnx"), "--pool", In("pool"), "--out", output);
            await score.WaitForExitAsync();
        }
        return ContentHash.Of(Path.Combine(latest, "ranked.csv")) == ContentHash.Of(In("by-hand/ranked.csv"))
            && Enumerable.Range(0, Shards).All(shard => ContentHash.Of(Path.Combine(latest, "scores", $"shard-{shard}.parquet")) == ContentHash.Of(In($"by-hand/scores/shard-{shard}.parquet")));
    }

    private (double Bytes, double Handles, double Threads) Seen(Func<(TimeSpan At, long Bytes, int Handles, int Threads), bool> when)
    {
        var seen = samples.Where(when).ToList();
        return (seen.Average(s => s.Bytes), seen.Average(s => s.Handles), seen.Average(s => s.Threads));
    }

    private static (TimeSpan At, long Bytes, int Handles, int Threads) Sample(TimeSpan at, int id)
    {
        var status = File.ReadLines($"/proc/{id}/status").Select(line => line.Split(':', 2)).ToDictionary(parts => parts[0], parts => parts[1].Trim());
        return (at, 1024 * Number(status["VmRSS"].Split(' ')[0]), Directory.GetFiles($"/proc/{id}/fd").Length, (int)Number(status["Threads"]));
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private List<JsonElement> Runs(string job) => !Directory.Exists(In("state/runs/" + job)) ? [] :
        [.. Directory.GetFiles(In("state/runs/" + job), "*.json").Order(StringComparer.Ordinal).Select(path => JsonDocument.Parse(File.ReadAllText(path)).RootElement.Clone())];

    private static string? State(JsonElement run) => run.GetProperty("state").GetString();

    private void WriteShard(int shard)
    {
        var random = new PhiloxStream((ulong)replaced, stream: (uint)shard);
        var values = new float[RowsPerShard * Width];
        foreach (ref var value in values.AsSpan())
        {
            value = (float)(random.Uniform() - 0.5);
        }
        using var writer = new ShardWriter(In($"pool/shard-{shard}.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatBlob, Width)]);
        writer.Write(RowsPerShard, Enumerable.Range(0, RowsPerShard).Select(row => $"row-{shard}-{row}").ToArray(), values);
        writer.Complete();
    }

    private static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "scorer"), args) { RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_TieredCompilation"] = "0"; // As docs/operations.md sets a service up.
        return Process.Start(start)!;
    }

    private static async Task<Uri> AddressAsync(StreamReader log)
    {
        const string Says = "status page at ";
        while (await log.ReadLineAsync() is { } line)
        {
            if (line.IndexOf(Says, StringComparison.Ordinal) is >= 0 and var at)
            {
                _ = Task.Run(async () => await log.ReadToEndAsync());
                return new Uri(line[(at + Says.Length)..]);
            }
        }
        throw new InvalidOperationException("the service did not start");
    }

    private string In(string path)
    {
        var full = Path.Combine(folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        return full;
    }
}
