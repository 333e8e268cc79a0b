using ParquetPool.Scorer.Benchmarks;
using ParquetPool.Shards;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;

namespace ParquetPool.Benchmarks;

/// <summary>A training step (forward, backward, optimiser) against the time its matrix products would take at the rate of a plain one.</summary>
internal static class TrainingBenchmark
{
    private const int Steps = 20;
    private const string MlpLayers = """{ "layers": [ { "type": "dense", "units": 512, "dropout": 0.5 }, { "type": "dense", "units": 512, "dropout": 0.5 } ] }""";

    public static IEnumerable<BenchmarkResult> Run() =>
    [
        Measure("mlp 512-512-512-50", NetworkSpec.Parse(MlpLayers, "mlp"), 512, 50, 256, 512 * 512 * 2 + 512 * 50),
        Measure("cnn 28x28", NetworkSpec.Load("cnn"), 784, 10, 64, 784 * 32 * 9 + 196 * 64 * 288 + 3136 * 128 + 128 * 10),
    ];

    /// <param name="products">Multiply-adds of the forward products for one row; backward takes twice as many.</param>
    private static BenchmarkResult Measure(string name, NetworkSpec spec, int width, int classes, int batch, double products)
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, batch)
            .Select(i => new LabelledRow($"row-{i}", [.. Enumerable.Range(0, width).Select(_ => random.NextSingle())], i % classes)).ToArray();
        var network = NetworkBuilder.Build(spec, [new VectorColumn("features", width)], classes, Standardisation.Of([.. rows.Select(r => r.Features)], 1), 1);
        using var classifier = new Classifier(network, classes, new TrainOptions { BatchRows = batch });
        float[] weights = [.. Enumerable.Repeat(1f, classes)];
        using var gemm = new GemmLimit(Environment.ProcessorCount);
        var all = new ArraySegment<int>([.. Enumerable.Range(0, batch)]);
        var medians = Stopwatches.Medians(
            () =>
            {
                for (var step = 0; step < Steps; step++)
                {
                    classifier.Step(rows, all, weights, 1e-4f);
                }
            },
            gemm.Run);
        var seconds = medians[0] / Steps;
        var limit = 3 * 2 * products * batch / (GemmLimit.Operations / medians[1]);
        return new BenchmarkResult(
            $"training step, {name}, batch {batch}, AdamW", $"{seconds * 1e3:N1} ms", $"its products at the plain Gemm's rate: {limit * 1e3:N1} ms", limit / seconds, $"{batch / seconds:N0} rows/s");
    }
}
