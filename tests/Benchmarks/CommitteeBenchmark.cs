using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;
using ParquetPool.Sessions;
using ParquetPool.Shards;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Benchmarks;

/// <summary>The compiled committee against as many passes of the active-dropout model on ONNX Runtime, and against a plain product.</summary>
internal static class CommitteeBenchmark
{
    private const int Rows = 8192;
    private static readonly int[] PlainBatches = [256, 1024, 4096];

    public static IEnumerable<BenchmarkResult> Run()
    {
        foreach (var (name, package) in new[] { ("mlp 512-512-512-50", Mlp()), ("cnn 28x28", Cnn()), ("mlp 512-512-512-10, dropout before the head only", LastLayer()) })
        {
            foreach (var passes in new[] { 20, 100 })
            {
                yield return Measure(name, package, passes);
            }
        }
    }

    private static BenchmarkResult Measure(string name, ModelPackage package, int passes)
    {
        var input = ModelFile.FeatureInputs(package.Model).Single();
        var dims = ModelFile.Dims(input);
        var width = (int)dims.Skip(1).Aggregate(1L, (a, d) => a * d);
        using var committee = Committee.Compile(package, [new FeatureInput(input.Name, [new VectorColumn(input.Name, width)], dims)], passes, 0);
        var runs = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => committee.NewRun()).ToArray();
        foreach (var run in runs)
        {
            Fill(run.Input(0));
        }
        var tiles = Rows / committee.TileRows;
        void Committee_()
        {
            var next = 0;
            Parallel.ForEach(runs, new ParallelOptions { MaxDegreeOfParallelism = runs.Length }, run =>
            {
                while (Interlocked.Increment(ref next) <= tiles)
                {
                    run.Run();
                }
            });
        }

        using var stock = new ModelSession(package.Model, new SessionSettings(Threads: Environment.ProcessorCount));
        using var gemm = new PlainGemm(Environment.ProcessorCount);
        var plain = PlainBatches.Select(batch => Passes(stock, input.Name, [.. dims.Skip(1)], batch)).ToArray();
        var medians = Stopwatches.Medians([Committee_, gemm.Run, .. plain]);
        var rate = tiles * committee.TileRows / medians[0];
        var best = PlainBatches.Zip(medians.Skip(2), (batch, seconds) => batch / seconds / passes).Max();
        var limit = PlainGemm.Operations / medians[1] / (2 * committee.Plan.Operations);
        return new BenchmarkResult(
            $"committee, {name}, T = {passes}", $"{rate:N0} rows/s", $"{passes} passes of the stock model: {best:N0} rows/s", rate / best,
            $"{rate / limit:P0} of the plain Gemm's {PlainGemm.Operations / medians[1] / 1e9:N0} GFLOP/s; {committee.Plan.Share:P0} of the operations");
    }

    private static Action Passes(ModelSession session, string input, long[] dims, int batch)
    {
        var rows = TensorBuffer.Floats([batch, .. dims]);
        Fill(rows.Span);
        var inputs = new Dictionary<string, TensorBuffer> { [input] = rows };
        return () => session.Run(inputs);
    }

    private static void Fill(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (i * 37 % 101 - 50) / 50f;
        }
    }

    internal static ModelPackage Mlp() => Model([512], (g, x, active) =>
    {
        var h = Dropout(g, Dense(g, x, 512, 512), active);
        h = Dropout(g, Dense(g, h, 512, 512), active);
        return g.Op("Gemm", [h, Weights(g, 512, 50), g.Constant("bias", new float[50], 50)]);
    });

    private static ModelPackage LastLayer() => Model([512], (g, x, active) =>
        g.Op("Gemm", [Dropout(g, Dense(g, Dense(g, x, 512, 512), 512, 512), active), Weights(g, 512, 10), g.Constant("bias", new float[10], 10)]));

    internal static ModelPackage Cnn() => Model([1, 28, 28], (g, x, active) =>
    {
        for (var (channels, block) = (1, 0); block < 2; channels = 32 << block, block++)
        {
            x = g.Op("Relu", [g.Op("Conv", [x, Weights(g, 32 << block, channels, 3, 3)], Attributes.Ints("pads", 1, 1, 1, 1))]);
            x = g.Op("MaxPool", [x], Attributes.Ints("kernel_shape", 2, 2), Attributes.Ints("strides", 2, 2));
        }
        var h = g.Op("Flatten", [Dropout(g, x, active)]);
        h = Dropout(g, Dense(g, h, 64 * 49, 128), active);
        return g.Op("Gemm", [h, Weights(g, 128, 10), g.Constant("bias", new float[10], 10)]);
    });

    private static ModelPackage Model(long[] dims, Func<GraphBuilder, string, string, string> write)
    {
        var g = new GraphBuilder("benchmark");
        var x = g.Input("features", DataType.Float, [-1, .. dims]);
        var active = g.Op("Greater", [g.Op("Size", [x]), g.Constant(Tensors.Int64("never", [-1]))]);
        g.Output(write(g, x, active), "logits", DataType.Float, -1, -1);
        return new ModelPackage("benchmark.onnx", g.Model, "", null);
    }

    private static string Dense(GraphBuilder g, string x, int inputs, int outputs) =>
        g.Op("Relu", [g.Op("Gemm", [x, Weights(g, inputs, outputs), g.Constant("bias", new float[outputs], outputs)])]);

    private static string Dropout(GraphBuilder g, string x, string active) => g.Op("Dropout", [x, g.Scalar(0.5f), active]);

    private static string Weights(GraphBuilder g, params long[] dims)
    {
        var values = new float[dims.Aggregate(1L, (a, b) => a * b)];
        Fill(values);
        return g.Constant("weights", values.Select(v => v * 0.05f).ToArray(), dims);
    }
}
