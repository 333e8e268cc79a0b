using ParquetPool.Contract;
using ParquetPool.Graphs;

namespace ParquetPool.Scorer.Tests.Committees;

/// <summary>Models with dropout around recurrent layers, attention, norms and convolutions in groups and transposed, as exporters write them.</summary>
internal static class LayerModels
{
    private const int Steps = 6;
    private const int Width = 8;

    private static readonly Dictionary<string, Func<ModelPackage>> Models = new()
    {
        ["lstm, dropout before and behind"] = () => Sequence((w, x, on) => w.Dense(w.Dropout(w.Last("LSTM", w.Dropout(x, 0.3f, on), Width, 10), 0.5f, on), 10, 3)),
        ["lstm both ways"] = () => Sequence((w, x, on) => w.Dense(w.Dropout(w.Last("LSTM", x, Width, 10, both: true), 0.5f, on), 20, 3)),
        ["three lstms, dropout between"] = () => Sequence((w, x, on) =>
        {
            x = w.Dropout(w.All("LSTM", x, Width, 10, both: true), 0.3f, on);
            x = w.Dropout(w.All("LSTM", x, 20, 12), 0.4f, on);
            return w.Dense(w.Dropout(w.Last("LSTM", x, 12, 9), 0.5f, on), 9, 3);
        }),
        ["three lstms, steps in front, dropout between"] = () => Sequence((w, x, on) =>
        {
            // PyTorch writes nn.LSTM(num_layers=3, dropout=0.3) so: the dropout's values are [step, batch, unit].
            var t = w.Graph.Op("Transpose", [x], Attributes.Ints("perm", 1, 0, 2));
            for (var (layer, width) = (0, Width); layer < 3; layer++, width = 10)
            {
                t = w.Graph.Op("Squeeze", [w.Recurrent("LSTM", t, width, 10, false).All, w.Graph.Ints(1)]);
                t = layer < 2 ? w.Dropout(t, 0.3f, on) : t;
            }
            var last = w.Graph.Op("Gather", [t, w.Graph.Constant(Tensors.Int64("last", [Steps - 1]))], Attributes.Int("axis", 0));
            return w.Dense(w.Dropout(last, 0.5f, on), 10, 3);
        }),
        ["lstm, recurrent weights dropped"] = () => Sequence((w, x, on) => w.Dense(w.Last("LSTM", x, Width, 10, weights: r => w.Dropout(r, 0.4f, on)), 10, 3)),
        ["lstm, recurrent weights dropped in a shape that the rows seem to decide"] = () => Sequence((w, x, on) => w.Dense(w.Last("LSTM", x, Width, 10, weights: r =>
            w.Dropout(w.Graph.Op("Reshape", [r, w.Graph.Op("Mul", [w.Graph.Ints(1, 40, 10), w.Graph.Op("Cast", [on], Attributes.Int("to", 7))])]), 0.4f, on)), 10, 3)),
        ["lstm, mask locked over the steps"] = () => Sequence((w, x, on) => w.Dense(w.Last("LSTM", w.Lock(w.All("LSTM", w.Lock(x, Width, 0.3f, on), Width, 10), 10, 0.4f, on), 10, 9), 9, 3)),
        ["lstm on shared steps, dense layers cut"] = () => Sequence((w, x, on) =>
        {
            var h = w.Dropout(w.Relu(w.Dense(w.Last("LSTM", x, Width, 10), 10, 128)), 0.5f, on);
            return w.Dense(w.Dropout(w.Relu(w.Dense(h, 128, 96)), 0.5f, on), 96, 3);
        }),
        ["gru, dropout before and behind"] = () => Sequence((w, x, on) => w.Dense(w.Dropout(w.Last("GRU", w.Dropout(x, 0.3f, on), Width, 10), 0.5f, on), 10, 3)),
        ["two grus both ways, dropout between"] = () => Sequence((w, x, on) =>
        {
            x = w.Dropout(w.All("GRU", x, Width, 10, both: true), 0.3f, on);
            return w.Dense(w.Dropout(w.Last("GRU", x, 20, 7, both: true), 0.5f, on), 14, 3);
        }),
        ["simple recurrent layer"] = () => Sequence((w, x, on) => w.Dense(w.Dropout(w.Last("RNN", w.Dropout(x, 0.3f, on), Width, 10), 0.5f, on), 10, 3)),
        ["multi-head attention, dropout on the weights"] = () => Sequence((w, x, on) => w.Dense(w.Mean(w.Attention(x, Steps, Width, 2, 0.3f, on)), Width, 3)),
        ["two transformer blocks"] = () => Sequence((w, x, on) =>
        {
            for (var block = 0; block < 2; block++)
            {
                x = w.Graph.Op("Add", [x, w.Dropout(w.Attention(w.LayerNorm(x, Width), Steps, Width, 4, 0.2f, on), 0.3f, on)]);
                var h = w.Dropout(w.Graph.Op("Gelu", [w.EachStep(w.LayerNorm(x, Width), Width, 16)]), 0.3f, on);
                x = w.Graph.Op("Add", [x, w.Dropout(w.EachStep(h, 16, Width), 0.3f, on)]);
            }
            return w.Dense(w.Dropout(w.Mean(w.LayerNorm(x, Width)), 0.5f, on), Width, 3);
        }),
        ["as many steps as values a step"] = () => TestModels.Build([4, 4], 3, (w, x, on) => w.Dense(w.Mean(w.Attention(w.Lock(w.Dropout(x, 0.3f, on), 4, 0.3f, on), 4, 4, 2, 0.3f, on)), 4, 3)),
        ["token ids"] = () => TestModels.Build([Steps], 3, (w, x, on) =>
        {
            var ids = w.Graph.Op("Cast", [w.Graph.Op("Clip", [x, w.Graph.Scalar(0), w.Graph.Scalar(4)])], Attributes.Int("to", 7));
            var h = w.Dropout(w.Graph.Op("Gather", [w.Tensor("table", 1, 5, Width), ids]), 0.3f, on);
            return w.Dense(w.Dropout(w.Last("GRU", h, Width, 10), 0.5f, on), 10, 3);
        }),
        ["embedding whose words are dropped"] = () => TestModels.Build([Steps], 3, (w, x, on) =>
        {
            // A draw a word, the same for all its values: [word, 1].
            var words = w.Graph.Op("Mul", [w.Tensor("table", 1, 5, Width), w.Dropout(w.Graph.Constant("ones", [1, 1, 1, 1, 1], 5, 1), 0.4f, on)]);
            var ids = w.Graph.Op("Cast", [w.Graph.Op("Clip", [x, w.Graph.Scalar(0), w.Graph.Scalar(4)])], Attributes.Int("to", 7));
            return w.Dense(w.Mean(w.Graph.Op("Gather", [words, ids])), Width, 3);
        }),
        ["convolutions in groups"] = () => Image((w, x, on) =>
        {
            x = w.DropChannels(w.Relu(w.Convolution(x, 3, 32)), 0.5f, on);
            x = w.DropChannels(w.Relu(w.Grouped(x, 32, 48, 4)), 0.5f, on);
            x = w.Dropout(w.Relu(w.Grouped(x, 48, 48, 48)), 0.2f, on);
            return w.Pooled(w.DropChannels(w.Convolution(x, 48, 32), 0.5f, on), 32);
        }),
        ["transposed convolutions, channels cut"] = () => Image((w, x, on) =>
        {
            x = w.DropChannels(w.Relu(w.Convolution(x, 3, 48)), 0.5f, on);
            x = w.DropChannels(w.Relu(w.Upwards(x, 48, 64, 1)), 0.5f, on);
            x = w.DropChannels(w.Relu(w.Upwards(x, 64, 48, 1)), 0.5f, on);
            return w.Pooled(w.Convolution(x, 48, 16), 16);
        }),
        ["transposed convolution in groups"] = () => Image((w, x, on) => w.Pooled(w.DropChannels(w.Upwards(w.DropChannels(w.Convolution(x, 3, 32), 0.5f, on), 32, 32, 4), 0.5f, on), 32)),
        ["group normalisation behind dropped channels"] = () => Image((w, x, on) =>
        {
            x = w.DropChannels(w.Relu(w.Convolution(x, 3, 32)), 0.5f, on);
            x = w.Relu(w.GroupNorm(w.Convolution(x, 32, 32), 32, 4));
            return w.Pooled(w.GroupNorm(w.DropChannels(x, 0.5f, on), 32, 8), 32);
        }),
        ["residual blocks of convolutions and group norms"] = () => Image((w, x, on) =>
        {
            x = w.DropChannels(w.Convolution(x, 3, 32), 0.3f, on);
            for (var block = 0; block < 2; block++)
            {
                var h = w.DropChannels(w.Relu(w.GroupNorm(w.Convolution(x, 32, 32), 32, 4)), 0.4f, on);
                x = w.Relu(w.Graph.Op("Add", [x, w.GroupNorm(w.Convolution(h, 32, 32), 32, 4)]));
            }
            return w.Pooled(w.DropChannels(x, 0.5f, on), 32);
        }),
        ["residual block with a shortcut, dropout in both"] = () => Image((w, x, on) =>
        {
            x = w.Relu(w.Convolution(x, 3, 32));
            var changed = w.Convolution(w.Dropout(w.Relu(w.Convolution(x, 32, 48)), 0.3f, on), 48, 48);
            var carried = w.DropChannels(w.Convolution(x, 32, 48), 0.3f, on);
            return w.Pooled(w.Graph.Op("Add", [changed, carried]), 48);
        }),
        ["silu and gelu around cut sites"] = () => TestModels.Build([12], 3, (w, x, on) =>
        {
            x = w.Dropout(w.Silu(w.Dense(x, 12, 128)), 0.5f, on);
            x = w.Dropout(w.Graph.Op("Gelu", [w.Dense(x, 128, 96)]), 0.5f, on);
            return w.Dense(w.Silu(w.Dropout(w.Dense(x, 96, 64), 0.5f, on)), 64, 3);
        }),
    };

    public static IEnumerable<string> Names => Models.Keys;

    public static ModelPackage Named(string name) => Models[name]();

    private static ModelPackage Sequence(Func<TestModels.Weights, string, string, string> write) => TestModels.Build([Steps, Width], 3, write);

    private static ModelPackage Image(Func<TestModels.Weights, string, string, string> write) => TestModels.Build([3, 6, 6], 3, write);
}
