using ParquetPool.Contract;
using ParquetPool.Scorer.Acquisition;
using ParquetPool.Scorer.Benchmarks;
using ParquetPool.Scorer.Committees;

namespace ParquetPool.Benchmarks;

/// <summary>From logits to scores on one thread against the scalar twin, and as a share of the time that the logits take.</summary>
internal static class KernelBenchmark
{
    private const int Tiles = 16;

    public static IEnumerable<BenchmarkResult> Run() =>
    [
        Measure("mlp 512-512-512-50", ReferenceModels.Mlp(), 20),
        Measure("mlp 512-512-512-50", ReferenceModels.Mlp(), 100),
        Measure("cnn 28x28", ReferenceModels.Cnn(), 20),
    ];

    private static BenchmarkResult Measure(string name, ModelPackage package, int passes)
    {
        using var committee = Committee.Compile(package, ReferenceModels.Inputs(package), passes, 0);
        using var run = committee.NewRun();
        run.Run();
        var tile = committee.TileRows;
        var random = new Random(1);
        var logits = run.Logits.ToArray();
        foreach (ref var logit in logits.AsSpan())
        {
            logit = random.NextSingle() * 10;
        }
        var kernel = new ScoreKernel(committee.Members, committee.Classes);
        var batch = new ScoreBatch(tile, passes);
        var medians = Stopwatches.Medians(
            () => Repeat(() => kernel.Score(logits, tile, tile, batch, 0)),
            () => Repeat(() => kernel.Score<Lanes1>(logits, tile, tile, batch, 0)),
            () => Repeat(run.Run));
        var rows = Tiles * tile;
        return new BenchmarkResult(
            $"scores from logits, {name}, T = {passes}, one thread", $"{rows / medians[0]:N0} rows/s", $"its scalar twin: {rows / medians[1]:N0} rows/s", medians[1] / medians[0],
            $"{medians[0] * 1e9 / (rows * (double)committee.Members * committee.Classes):N2} ns a logit; {medians[0] / (medians[0] + medians[2]):P1} of the time of logits and scores");
    }

    private static void Repeat(Action work)
    {
        for (var tile = 0; tile < Tiles; tile++)
        {
            work();
        }
    }
}
