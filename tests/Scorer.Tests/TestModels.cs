using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Randomness;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests;

/// <summary>Small models with active dropout, with weights drawn from a seed.</summary>
internal static class TestModels
{
    /// <summary>A model made by <paramref name="write"/>, which gets the input and the value that switches dropout on, and returns the logits.</summary>
    public static ModelPackage Build(long[] dims, int classes, Func<Weights, string, string, string> write, int opset = GraphBuilder.Opset)
    {
        var weights = new Weights(opset);
        var g = weights.Graph;
        var x = g.Input("features", DataType.Float, [-1, .. dims]);
        var active = g.Op("Greater", [g.Op("Size", [x]), g.Constant(Tensors.Int64("never", [-1]))]);
        g.Output(write(weights, x, active), "logits", DataType.Float, -1, classes);
        return new ModelPackage("test.onnx", g.Model, "", null);
    }

    /// <summary>A model that has the outputs that <paramref name="write"/> gives it, ready as an opened one is.</summary>
    public static ModelPackage Open(Action<Weights, string, string> write, int opset = GraphBuilder.Opset, DataType input = DataType.Float, int width = 12)
    {
        var weights = new Weights(opset);
        var g = weights.Graph;
        var x = g.Input("features", input, -1, width);
        write(weights, x, g.Op("Greater", [g.Op("Size", [x]), g.Constant(Tensors.Int64("never", [-1]))]));
        return ModelPackage.Ready("test.onnx", g.Model, "", null);
    }

    /// <summary>The probabilities of each member for made-up rows, [member, row, class].</summary>
    public static float[] Probabilities(ModelPackage package, int passes = 3)
    {
        var inputs = FeatureInput.Declared(package);
        using var committee = Committee.Compile(package, inputs, passes, seed: 7);
        using var run = committee.NewRun();
        for (var i = 0; i < inputs.Count; i++)
        {
            var numbers = Numbers(99 + (uint)i, 16 * inputs[i].Width);
            (inputs[i].Range is null ? numbers : Array.ConvertAll(numbers, n => n > 0 ? 1f : 0f)).CopyTo(run.Input(i));
        }
        run.Run();
        var probabilities = new List<float>();
        var logits = new float[committee.Classes];
        for (var member = 0; member < committee.Members; member++)
        {
            for (var row = 0; row < 16; row++)
            {
                run.CopyLogits(member, row, logits);
                var powers = Array.ConvertAll(logits, z => MathF.Exp(z - logits.Max()));
                probabilities.AddRange(powers.Select(p => p / powers.Sum()));
            }
        }
        return [.. probabilities];
    }

    /// <summary>Dense layers with ReLU and dropout between them.</summary>
    public static ModelPackage Mlp(float ratio, params int[] widths) => Build([widths[0]], widths[^1], (w, x, active) =>
    {
        for (var i = 1; i < widths.Length; i++)
        {
            x = w.Dense(x, widths[i - 1], widths[i]);
            if (i < widths.Length - 1)
            {
                x = w.Dropout(w.Graph.Op("Relu", [x]), ratio, active);
            }
        }
        return x;
    });

    /// <summary>The path of a file under TestData.</summary>
    public static string DataFile(string name) => Path.Combine(AppContext.BaseDirectory, "TestData", name);

    internal sealed class Weights(int opset = GraphBuilder.Opset)
    {
        private uint tensors;

        public GraphBuilder Graph { get; } = new("test", opset);

        public string Dense(string x, int inputs, int outputs) =>
            Graph.Op("Gemm", [x, Tensor("weight", MathF.Sqrt(2f / inputs), inputs, outputs), Tensor("bias", 0.1f, outputs)]);

        public string Convolution(string map, int channels, int outputs) => Graph.Op(
            "Conv", [map, Tensor("kernel", MathF.Sqrt(2f / (9 * channels)), outputs, channels, 3, 3), Tensor("bias", 0.1f, outputs)], Attributes.Ints("pads", 1, 1, 1, 1));

        public string Relu(string x) => Graph.Op("Relu", [x]);

        /// <summary>Batch normalisation with statistics of its own.</summary>
        public string Normalise(string x, int width)
        {
            var variance = Graph.Constant("variance", [.. Enumerable.Range(0, width).Select(i => 0.5f + (i % 3 * 0.4f))], width);
            return Graph.Op("BatchNormalization", [x, Tensor("scale", 1, width), Tensor("shift", 0.3f, width), Tensor("mean", 0.3f, width), variance]);
        }

        public string Dropout(string x, float ratio, string active) => Graph.Op("Dropout", [x, Graph.Scalar(ratio), active]);

        /// <summary>One draw a channel: ones of shape [batch, channel, 1, 1] are dropped and the map is multiplied by what is left of them.</summary>
        public string DropChannels(string map, float ratio, string active)
        {
            var channels = Graph.Op("Shape", [map], Attributes.Int("start", 0), Attributes.Int("end", 2));
            var ones = Graph.Op("Expand", [Graph.Scalar(1), Graph.Op("Concat", [channels, Graph.Ints(1, 1)], Attributes.Int("axis", 0))]);
            return Graph.Op("Mul", [map, Dropout(ones, ratio, active)]);
        }

        public string Tensor(string name, float scale, params long[] dims) => Graph.Constant(name, Numbers(tensors++, (int)dims.Aggregate(1L, (a, b) => a * b), scale), dims);
    }

    /// <summary>Numbers spread evenly over [-scale, scale]·√3, so that <paramref name="scale"/> is their standard deviation.</summary>
    public static float[] Numbers(uint stream, int count, float scale = 1)
    {
        var words = new uint[count];
        Philox.Fill(11, 0, 0, stream, 0, 0, words);
        return Array.ConvertAll(words, w => (float)((w / 4294967296.0 * 2 - 1) * scale * Math.Sqrt(3)));
    }
}
