using System.Diagnostics;
using ParquetPool.Columns;
using ParquetPool.Commands;
using ParquetPool.Graphs;
using ParquetPool.Shards;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary>The peak memory of scoring a large pool against that of a tenth of it, each by a process of its own.</summary>
internal static class MemoryBenchmark
{
    private const int Shards = 10;
    private const int ShardRows = 100_000;
    private const int Width = 512;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Writes 1,000,000 packed rows of 512 numbers, 2 GB, to the temporary folder, and scores them.</summary>
    /// <exception cref="OperationCanceledException">The command is to stop; nothing is left behind.</exception>
    public static async Task<BenchmarkResult> RunAsync(int passes, CommandContext context)
    {
        var folder = Directory.CreateTempSubdirectory($"parquetpool-bench-{Environment.ProcessId}-").FullName;
        try
        {
            var model = Path.Combine(folder, "model.onnx");
            await File.WriteAllBytesAsync(model, ModelFile.ToBytes(ReferenceModels.Mlp().Model), context.Stopping);
            await context.Progress.RunAsync("writing a pool", Shards * ShardRows, "rows", advance => Task.Run(() => Write(folder, advance, context.Stopping)));
            var megabytes = await context.Progress.RunAsync("measuring memory", 2, "runs", async advance =>
            {
                var small = await PeakAsync(folder, "shard-0.parquet", passes, context.Stopping);
                advance(1);
                var large = await PeakAsync(folder, "shard-*.parquet", passes, context.Stopping);
                advance(1);
                return (Small: small, Large: large);
            });
            return new BenchmarkResult(
                $"peak memory, {Shards * ShardRows:N0} rows of {Width}, T = {passes}", $"{megabytes.Large:N0} MB", $"{ShardRows:N0} rows: {megabytes.Small:N0} MB",
                megabytes.Small / megabytes.Large, $"{megabytes.Large / megabytes.Small:N2} × the memory for {Shards} × the rows");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static int Write(string folder, Action<long> advance, CancellationToken stopping)
    {
        var random = new Random(1);
        for (var shard = 0; shard < Shards; shard++)
        {
            using var writer = new ShardWriter(Path.Combine(folder, $"shard-{shard}.parquet"), [new("id", ShardType.Text), new("features", ShardType.FloatBlob, Width)]);
            for (var at = 0; at < ShardRows; at += ShardRows / 100)
            {
                stopping.ThrowIfCancellationRequested();
                writer.Write(ShardRows / 100, Enumerable.Range(at, ShardRows / 100).Select(i => $"row-{shard}-{i}").ToArray(), ReferenceModels.Random(random, ShardRows / 100 * Width));
                advance(ShardRows / 100);
            }
            writer.Complete();
        }
        return 0;
    }

    /// <summary>The largest number of megabytes that a run of this program over a pool held; the last moment before its end is not seen.</summary>
    private static async Task<double> PeakAsync(string folder, string shards, int passes, CancellationToken stopping)
    {
        // Started as 'dotnet scorer.dll', the program is not the process's own file.
        var program = Environment.ProcessPath!;
        string[] start = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Environment.GetCommandLineArgs()[0]] : [];
        using var process = Process.Start(new ProcessStartInfo(
            program,
            [
                .. start, "score", "--quiet", "--model", Path.Combine(folder, "model.onnx"), "--pool", Path.Combine(folder, shards), "--passes", $"{passes}",
                "--rank-by", "least_confidence", "--out", Path.Combine(folder, "out"),
            ])
        { RedirectStandardOutput = true })!;
        long peak = 0;
        try
        {
            while (!process.HasExited)
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
                await Task.Delay(Pause, stopping);
            }
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill();
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
        return process.ExitCode == 0 ? peak / 1e6 : throw new IOException($"scoring a pool of the benchmark ended with exit code {process.ExitCode}: its error stands above");
    }
}
