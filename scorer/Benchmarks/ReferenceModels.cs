using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Benchmarks;

/// <summary>The models that are measured where the user names none; their weights mean nothing.</summary>
internal static class ReferenceModels
{
    /// <summary>A model's inputs, each read from a column of its name.</summary>
    /// <exception cref="ParquetPool.Errors.DataException">One leaves its width open.</exception>
    public static IReadOnlyList<FeatureInput> Inputs(ModelPackage package) =>
        FeatureInput.Declared(package);

    /// <summary>Fills all inputs with numbers between -1 and 1.</summary>
    public static void Fill(CommitteeRun run, Committee committee)
    {
        for (var i = 0; i < committee.Inputs.Count; i++)
        {
            Fill(run.Input(i));
        }
    }

    /// <summary>Fills a buffer with numbers between -1 and 1.</summary>
    public static void Fill(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (i * 37 % 101 - 50) / 50f;
        }
    }

    /// <summary>Numbers between -1 and 1 of which none follows from the others.</summary>
    public static float[] Random(Random random, int count)
    {
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
        {
            value = random.NextSingle() * 2 - 1;
        }
        return values;
    }

    public static ModelPackage Mlp() => Model([512], (g, x, active) =>
    {
        var h = Dropout(g, Dense(g, x, 512, 512), active);
        h = Dropout(g, Dense(g, h, 512, 512), active);
        return g.Op("Gemm", [h, Weights(g, 512, 50), g.Constant("bias", new float[50], 50)]);
    });

    public static ModelPackage Cnn() => Model([1, 28, 28], (g, x, active) =>
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
