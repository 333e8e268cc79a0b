using ParquetPool.Contract;
using ParquetPool.Graphs;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Committees;

/// <summary>Models with dropout in the places where networks have it.</summary>
internal static class CommitteeModels
{
    private static readonly Dictionary<string, Func<ModelPackage>> Models = new()
    {
        ["mlp, two sites"] = () => TestModels.Mlp(0.5f, 12, 40, 33, 5),
        ["mlp, three sites"] = () => TestModels.Mlp(0.3f, 12, 40, 33, 20, 5),
        ["dropout on the input"] = () => TestModels.Build([12], 3, (w, x, on) => w.Dense(w.Dropout(x, 0.4f, on), 12, 3)),
        ["residual around dropout"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            var h = w.Dropout(w.Graph.Op("Relu", [w.Dense(x, 12, 16)]), 0.5f, on);
            var r = w.Dropout(w.Graph.Op("Relu", [w.Dense(h, 16, 16)]), 0.5f, on);
            return w.Dense(w.Graph.Op("Add", [h, r]), 16, 3);
        }),
        ["one hidden layer, two heads added"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            var h = w.Dropout(w.Graph.Op("Relu", [w.Dense(x, 12, 16)]), 0.5f, on);
            return w.Graph.Op("Add", [w.Dense(h, 16, 3), w.Dense(h, 16, 3)]);
        }),
        ["dropout before an activation"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            var h = w.Dropout(w.Dense(x, 12, 16), 0.5f, on);
            h = w.Dropout(w.Dense(w.Graph.Op("Relu", [h]), 16, 20), 0.5f, on);
            return w.Dense(w.Graph.Op("Gelu", [h]), 20, 3);
        }),
        ["layer normalisation behind dropout"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            var h = w.Dropout(w.Dense(x, 12, 16), 0.5f, on);
            var n = w.Graph.Op("LayerNormalization", [h, w.Tensor("scale", 1, 16), w.Tensor("shift", 1, 16)]);
            return w.Dense(n, 16, 3);
        }),
        ["batch normalisation before a cut site"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            var h = w.Dropout(w.Relu(w.Dense(x, 12, 128)), 0.5f, on);
            h = w.Normalise(w.Dense(h, 128, 96), 96);
            return w.Dense(w.Dropout(w.Graph.Op("Tanh", [h]), 0.5f, on), 96, 3);
        }),
        ["dropout in the last hidden layer only"] = () => TestModels.Mlp(0.3f, 12, 40, 5),
        ["dropout twice in a row"] = () => TestModels.Build([12], 3, (w, x, on) =>
            w.Dense(w.Dropout(w.Dropout(w.Graph.Op("Relu", [w.Dense(x, 12, 16)]), 0.5f, on), 0.2f, on), 16, 3)),
        ["feature maps, flattened"] = () => TestModels.Build([1, 8, 8], 3, (w, x, on) =>
        {
            var map = w.Graph.Op("Relu", [w.Graph.Op("Conv", [x, w.Tensor("kernel", 0.3f, 4, 1, 3, 3)])]);
            map = w.Dropout(w.Graph.Op("MaxPool", [map], Attributes.Ints("kernel_shape", 2, 2), Attributes.Ints("strides", 2, 2)), 0.25f, on);
            var h = w.Graph.Op("Relu", [w.Dense(w.Graph.Op("Flatten", [map]), 36, 16)]);
            return w.Dense(w.Dropout(h, 0.5f, on), 16, 3);
        }),
        ["feature maps, convolved on"] = () => TestModels.Build([1, 8, 8], 3, (w, x, on) =>
        {
            var map = w.Dropout(w.Graph.Op("Conv", [x, w.Tensor("kernel", 0.3f, 4, 1, 3, 3)]), 0.25f, on);
            map = w.Graph.Op("Relu", [w.Graph.Op("Conv", [map, w.Tensor("kernel", 0.3f, 5, 4, 3, 3)])]);
            return w.Dense(w.Graph.Op("Flatten", [map]), 80, 3);
        }),
        ["exported by PyTorch, mlp"] = () => ModelPackage.Open(TestModels.DataFile("torch-mlp.onnx")),
        ["exported by PyTorch, cnn"] = () => ModelPackage.Open(TestModels.DataFile("torch-cnn.onnx")),
        ["residual blocks, dropout first"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            x = w.Dense(x, 12, 256);
            x = w.Graph.Op("Add", [x, w.Dense(w.Relu(w.Dropout(x, 0.5f, on)), 256, 256)]);
            x = w.Graph.Op("Add", [x, w.Dense(w.Relu(w.Dropout(x, 0.5f, on)), 256, 256)]);
            return w.Dense(x, 256, 3);
        }),
        ["residual block, dropout last"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            x = w.Dropout(w.Relu(w.Dense(x, 12, 256)), 0.5f, on);
            x = w.Graph.Op("Add", [x, w.Dropout(w.Relu(w.Dense(x, 256, 256)), 0.5f, on)]);
            return w.Dense(x, 256, 3);
        }),
        ["highway block"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            x = w.Dropout(w.Relu(w.Dense(x, 12, 256)), 0.5f, on);
            var gate = w.Graph.Op("Sigmoid", [w.Dense(x, 256, 256)]);
            var changed = w.Graph.Op("Mul", [gate, w.Relu(w.Dense(x, 256, 256))]);
            var carried = w.Graph.Op("Mul", [w.Graph.Op("Sub", [w.Graph.Scalar(1), gate]), x]);
            return w.Dense(w.Dropout(w.Graph.Op("Add", [changed, carried]), 0.5f, on), 256, 3);
        }),
        ["channel dropout between convolutions"] = () => TestModels.Build([1, 8, 8], 3, (w, x, on) =>
        {
            x = w.DropChannels(w.Relu(w.Convolution(x, 1, 32)), 0.5f, on);
            x = w.Graph.Op("MaxPool", [w.Relu(w.Convolution(x, 32, 48))], Attributes.Ints("kernel_shape", 2, 2), Attributes.Ints("strides", 2, 2));
            x = w.Relu(w.Convolution(w.DropChannels(x, 0.5f, on), 48, 32));
            return w.Dense(w.Graph.Op("Flatten", [w.Graph.Op("GlobalAveragePool", [w.DropChannels(x, 0.5f, on)])]), 32, 3);
        }),
        ["channel dropout before a convolution in groups"] = () => TestModels.Build([1, 8, 8], 3, (w, x, on) =>
        {
            x = w.DropChannels(w.Relu(w.Convolution(x, 1, 32)), 0.5f, on);
            x = w.Graph.Op("Conv", [x, w.Tensor("kernel", 0.2f, 32, 16, 3, 3)], Attributes.Int("group", 2));
            return w.Dense(w.Graph.Op("Flatten", [x]), 32 * 36, 3);
        }),
        ["residual block of convolutions"] = () => TestModels.Build([1, 8, 8], 3, (w, x, on) =>
        {
            x = w.DropChannels(w.Relu(w.Convolution(x, 1, 48)), 0.5f, on);
            x = w.Graph.Op("Add", [x, w.Convolution(w.Relu(w.DropChannels(w.Convolution(x, 48, 48), 0.5f, on)), 48, 48)]);
            return w.Dense(w.Graph.Op("ReduceMean", [x, w.Graph.Ints(2, 3)], Attributes.Int("keepdims", 0)), 48, 3);
        }),
        ["batch normalisation behind dropout"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            x = w.Dropout(w.Relu(w.Dense(x, 12, 128)), 0.5f, on);
            x = w.Normalise(w.Dense(w.Normalise(x, 128), 128, 96), 96);
            return w.Dense(w.Normalise(w.Dropout(w.Relu(x), 0.5f, on), 96), 96, 3);
        }),
        ["two inputs, three heads"] = ThreeHeads,
        ["attention"] = () => TestModels.Build([4, 16], 3, (w, x, on) =>
        {
            x = w.Dropout(x, 0.1f, on);
            string Project() => w.Graph.Op("MatMul", [x, w.Tensor("weight", 0.25f, 16, 16)]);
            var (q, k, v) = (Project(), w.Graph.Op("Transpose", [Project()], Attributes.Ints("perm", 0, 2, 1)), Project());
            var attention = w.Dropout(w.Graph.Op("Softmax", [w.Graph.Op("MatMul", [q, k])], Attributes.Int("axis", -1)), 0.3f, on);
            x = w.Graph.Op("Add", [x, w.Graph.Op("MatMul", [attention, v])]);
            return w.Dense(w.Graph.Op("ReduceMean", [x, w.Graph.Ints(1)], Attributes.Int("keepdims", 0)), 16, 3);
        }),
        ["layer normalisation written out"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            var h = w.Dropout(w.Relu(w.Dense(x, 12, 64)), 0.5f, on);
            var centred = w.Graph.Op("Sub", [h, w.Graph.Op("ReduceMean", [h, w.Graph.Ints(-1)])]);
            var variance = w.Graph.Op("ReduceMean", [w.Graph.Op("Pow", [centred, w.Graph.Scalar(2)]), w.Graph.Ints(-1)]);
            var deviation = w.Graph.Op("Sqrt", [w.Graph.Op("Add", [variance, w.Graph.Scalar(1e-5f)])]);
            return w.Dense(w.Graph.Op("Mul", [w.Graph.Op("Div", [centred, deviation]), w.Tensor("scale", 1, 64)]), 64, 3);
        }),
    };

    public static IEnumerable<string> Names => Models.Keys;

    public static ModelPackage Named(string name) => Models[name]();

    /// <summary>Two towers, joined into a third; a head on each.</summary>
    private static ModelPackage ThreeHeads()
    {
        var w = new TestModels.Weights();
        var g = w.Graph;
        var (image, text) = (g.Input("image", DataType.Float, -1, 20), g.Input("text", DataType.Float, -1, 12));
        var on = g.Op("Greater", [g.Op("Size", [image]), g.Constant(Tensors.Int64("never", [-1]))]);
        string Tower(string x, int inputs, int outputs) => w.Dropout(w.Relu(w.Normalise(w.Dense(x, inputs, outputs), outputs)), 0.5f, on);
        var (left, right) = (Tower(image, 20, 256), Tower(text, 12, 128));
        var joint = Tower(g.Op("Concat", [left, right], Attributes.Int("axis", 1)), 384, 256);
        g.Output(w.Dense(left, 256, 3), "logits_image", DataType.Float, -1, 3);
        g.Output(w.Dense(joint, 256, 3), "logits", DataType.Float, -1, 3);
        g.Output(w.Dense(right, 128, 3), "logits_text", DataType.Float, -1, 3);
        return new ModelPackage("test.onnx", g.Model, "", null);
    }
}
