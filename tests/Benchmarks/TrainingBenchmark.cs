using ParquetPool.Engine;
using ParquetPool.Scorer.Benchmarks;
using ParquetPool.Trainer.Networks;
using ParquetPool.Trainer.Training;
using ParquetPool.Trainer.TrainingSets;
using TorchSharp;
using Sequential = TorchSharp.Modules.Sequential;

namespace ParquetPool.Benchmarks;

/// <summary>A training step (forward, backward, optimiser) against that of the same network written with libtorch's modules.</summary>
internal static class TrainingBenchmark
{
    private const int Steps = 10;
    private const string MlpLayers = """{ "layers": [ { "type": "dense", "units": 512, "dropout": 0.5 }, { "type": "dense", "units": 512, "dropout": 0.5 } ] }""";

    public static IEnumerable<BenchmarkResult> Run() =>
    [
        Measure("mlp 512-512-512-50", NetworkSpec.Parse(MlpLayers, "mlp"), 512, 50, 256, PlainMlp),
        Measure("cnn 28x28", NetworkSpec.Load("cnn"), 784, 10, 64, PlainCnn),
    ];

    private static BenchmarkResult Measure(string name, NetworkSpec spec, int width, int classes, int batch, Func<Sequential> plain)
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, batch)
            .Select(i => new LabelledRow($"row-{i}", [.. Enumerable.Range(0, width).Select(_ => random.NextSingle())], i % classes)).ToArray();
        var network = NetworkBuilder.Build(spec, [new VectorColumn("features", width)], classes, Standardisation.Of([.. rows.Select(r => r.Features)], 1), 1);
        using var classifier = new Classifier(network, classes, new TrainOptions { Steps = new() { BatchRows = batch } });
        float[] weights = [.. Enumerable.Repeat(1f, classes)];
        var all = new ArraySegment<int>([.. Enumerable.Range(0, batch)]);
        using var modules = plain();
        var optimiser = torch.optim.AdamW(modules.parameters(), 1e-4, weight_decay: 0.01);
        using var features = torch.tensor(rows.SelectMany(r => r.Features).ToArray(), batch, width);
        using var labels = torch.tensor(rows.Select(r => (long)r.Class).ToArray());
        var medians = Stopwatches.Medians(
            () =>
            {
                for (var step = 0; step < Steps; step++)
                {
                    classifier.Step(rows, all, weights, 1e-4f);
                }
            },
            () =>
            {
                for (var step = 0; step < Steps; step++)
                {
                    using var scope = torch.NewDisposeScope();
                    optimiser.zero_grad();
                    var loss = torch.nn.functional.cross_entropy(modules.forward(features), labels);
                    loss.backward();
                    optimiser.step();
                    loss.item<float>();
                }
            });
        return new BenchmarkResult(
            $"training step, {name}, batch {batch}, AdamW", $"{medians[0] / Steps * 1e3:N1} ms", $"nn.Sequential and torch.optim.AdamW: {medians[1] / Steps * 1e3:N1} ms", medians[1] / medians[0], $"{batch * Steps / medians[0]:N0} rows/s");
    }

    private static Sequential PlainMlp() => torch.nn.Sequential(
        torch.nn.Linear(512, 512), torch.nn.ReLU(), torch.nn.Dropout(0.5),
        torch.nn.Linear(512, 512), torch.nn.ReLU(), torch.nn.Dropout(0.5),
        torch.nn.Linear(512, 50));

    /// <summary>The layers of the preset.</summary>
    private static Sequential PlainCnn() => torch.nn.Sequential(
        torch.nn.Unflatten(1, [1, 28, 28]),
        torch.nn.Conv2d(1, 32, 3, padding: 1), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(32, 64, 3, padding: 1), torch.nn.BatchNorm2d(64), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
        torch.nn.Flatten(), torch.nn.Dropout(0.5),
        torch.nn.Linear(3136, 128), torch.nn.BatchNorm1d(128), torch.nn.ReLU(), torch.nn.Dropout(0.5),
        torch.nn.Linear(128, 10));
}
