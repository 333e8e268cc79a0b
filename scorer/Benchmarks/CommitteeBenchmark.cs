using ParquetPool.Commands;
using ParquetPool.Contract;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using ParquetPool.Sessions;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary>The compiled committee against as many passes of the active-dropout model on ONNX Runtime, and against a plain product.</summary>
internal static class CommitteeBenchmark
{
    private const int Rows = 8192;
    private const int Turns = 7;
    private static readonly int[] PlainBatches = [256, 1024, 4096];

    /// <summary>Measures with all cores; the committee's rows lie in memory.</summary>
    /// <returns>The line of the table, and the committee's rows per second.</returns>
    public static (BenchmarkResult Line, double RowsPerSecond) Measure(string name, ModelPackage package, int passes, CommandContext context)
    {
        using var committee = Committee.Compile(package, ReferenceModels.Inputs(package), passes, 0);
        var runs = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => committee.NewRun()).ToArray();
        foreach (var run in runs)
        {
            ReferenceModels.Fill(run, committee);
        }
        var tiles = Rows / committee.TileRows;
        void Committee_()
        {
            var next = 0;
            Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = runs.Length }, run =>
            {
                while (!context.Stopping.IsCancellationRequested && Interlocked.Increment(ref next) <= tiles)
                {
                    run.Run();
                }
            });
        }

        using var stock = new ModelSession(package.Model, new SessionSettings(Threads: Environment.ProcessorCount));
        using var gemm = new GemmLimit(Environment.ProcessorCount);
        var plain = PlainBatches.Select(batch => Passes(stock, committee.Inputs, batch)).ToArray();
        var medians = Stopwatches.Medians($"{name}, T = {passes}, in memory", context, Turns, [Committee_, gemm.Run, .. plain]);
        var rate = tiles * committee.TileRows / medians[0];
        var best = PlainBatches.Zip(medians.Skip(2), (batch, seconds) => batch / seconds / passes).Max();
        var limit = GemmLimit.Operations / medians[1] / (2 * committee.Plan.Operations);
        return (new BenchmarkResult(
            $"committee, {name}, T = {passes}", $"{rate:N0} rows/s", $"{passes} passes of the stock model: {best:N0} rows/s", rate / best,
            $"{rate / limit:P0} of the plain Gemm's {GemmLimit.Operations / medians[1] / 1e9:N0} GFLOP/s; {committee.Plan.Share:P0} of the operations"), rate);
    }

    private static Action Passes(ModelSession session, IReadOnlyList<FeatureInput> inputs, int batch)
    {
        var rows = inputs.ToDictionary(i => i.Name, i => TensorBuffer.Floats([batch, .. i.Dims.Skip(1)]));
        foreach (var buffer in rows.Values)
        {
            ReferenceModels.Fill(buffer.Span);
        }
        return () => session.Run(rows);
    }
}
