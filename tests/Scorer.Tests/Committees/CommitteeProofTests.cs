using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Embedders;
using ParquetPool.Scorer.Models;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Committees;

/// <summary>A row's scores do not depend on the rows beside it, or the model is refused.</summary>
public class CommitteeProofTests
{
    private static readonly Dictionary<string, (string Operator, Func<TestModels.Weights, string, string> Write)> Mixing = new()
    {
        ["mean over the batch"] = ("ReduceMean", (w, x) => w.Graph.Op("Sub", [x, w.Graph.Op("ReduceMean", [x, w.Graph.Ints(0)])])),
        ["largest of all"] = ("ReduceMax", (w, x) => w.Graph.Op("Div", [x, w.Graph.Op("ReduceMax", [x], Attributes.Int("keepdims", 0))])),
        ["mean of logarithms"] = ("ReduceMean", (w, x) => w.Graph.Op("Log", [x]) is var log ? w.Graph.Op("Sub", [log, w.Graph.Op("ReduceMean", [log, w.Graph.Ints(0)])]) : x),
        ["running sum"] = ("CumSum", (w, x) => w.Graph.Op("CumSum", [x, w.Graph.Constant(Tensors.Int64("axis", [0]))])),
        ["softmax over the batch"] = ("Softmax", (w, x) => w.Graph.Op("Softmax", [x], Attributes.Int("axis", 0))),
        ["dynamic quantisation"] = ("DynamicQuantizeLinear", (w, x) =>
        {
            var q = w.Graph.Node("DynamicQuantizeLinear", [x], 3).Output;
            return w.Graph.Op("DequantizeLinear", [q[0], q[1], q[2]]);
        }
        ),
        ["the row's place"] = ("Range", (w, x) =>
        {
            var (zero, one) = (w.Graph.Constant(Tensors.Int64("zero", [0])), w.Graph.Constant(Tensors.Int64("one", [1])));
            var count = w.Graph.Op("Squeeze", [w.Graph.Op("Shape", [x], Attributes.Int("start", 0), Attributes.Int("end", 1))]);
            var places = w.Graph.Op("Cast", [w.Graph.Op("Range", [zero, count, one])], Attributes.Int("to", (long)DataType.Float));
            return w.Graph.Op("Add", [x, w.Graph.Op("Unsqueeze", [places, w.Graph.Ints(1)])]);
        }
        ),
    };

    public static TheoryData<string> Names => [.. Mixing.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void AModelThatMixesRowsIsRefusedByItsOperator(string name)
    {
        var (operation, write) = Mixing[name];
        var model = TestModels.Open((w, x, on) => w.Graph.Output(w.Dense(w.Dropout(w.Relu(w.Dense(write(w, x), 12, 24)), 0.3f, on), 24, 3), "logits", DataType.Float, -1, 3));

        foreach (var passes in new[] { 0, 3 })
        {
            var act = () => Committee.Compile(model, FeatureInput.Declared(model), passes, 0);
            act.Should().Throw<DataException>().WithMessage($"*depends on the other rows of its batch by {operation}*");
        }
    }

    [Fact]
    public void RowsThatAreMixedBehindTheDropoutAreNoticedToo()
    {
        var model = TestModels.Open((w, x, on) =>
        {
            var z = w.Dense(w.Dropout(x, 0.3f, on), 12, 3);
            w.Graph.Output(w.Graph.Op("Sub", [z, w.Graph.Op("ReduceMax", [z], Attributes.Int("keepdims", 0))]), "logits", DataType.Float, -1, 3);
        });

        // A softmax would not see what is taken from all logits alike, but a batch that changes logits is no basis to go on.
        var act = () => Committee.Compile(model, FeatureInput.Declared(model), 3, 0);

        act.Should().Throw<DataException>().WithMessage("*by ReduceMax*");
    }

    [Fact]
    public void AnEmbeddingThatMixesRowsIsRefused()
    {
        var model = TestModels.Open((w, x, _) => w.Graph.Output(w.Graph.Op("Sub", [x, w.Graph.Op("ReduceMean", [x, w.Graph.Ints(0)])]), "embedding", DataType.Float, -1, 12));

        var act = () => Embedder.OfModel(model, FeatureInput.Declared(model));

        act.Should().Throw<DataException>().WithMessage("*by ReduceMean*");
    }

    [Theory]
    [InlineData(DataType.Float, false)]
    [InlineData(DataType.Int64, false)]
    [InlineData(DataType.Float, true)]
    [InlineData(DataType.Int32, true)]
    public void ANetworkOfTokenIdsIsProvedOnIdsThatItHas(DataType input, bool mixes)
    {
        var model = TestModels.Open(
            (w, x, on) =>
            {
                var g = w.Graph;
                var ids = g.Op("Cast", [g.Op("Clip", [g.Op("Cast", [x], Attributes.Int("to", (long)DataType.Float)), g.Scalar(0), g.Scalar(49)])], Attributes.Int("to", (long)DataType.Int64));
                // As the trainer's networks do: a row with a number that is no id gets NaN, which tells nothing of its neighbours.
                var wrong = g.Op("Cast", [g.Op("Not", [g.Op("Equal", [g.Op("Cast", [ids], Attributes.Int("to", (long)DataType.Float)), g.Op("Cast", [x], Attributes.Int("to", (long)DataType.Float))])])], Attributes.Int("to", (long)DataType.Float));
                var unreadable = g.Op("Where", [g.Op("Greater", [g.Op("ReduceMax", [wrong, g.Ints(1)], Attributes.Int("keepdims", 1)), g.Scalar(0)]), g.Scalar(float.NaN), g.Scalar(0)]);
                var vectors = g.Op("ReduceMean", [g.Op("Gather", [g.Constant("table", TestModels.Numbers(5, 50 * 8), 50, 8), ids]), g.Ints(1)], Attributes.Int("keepdims", 0));
                var hidden = w.Dropout(w.Relu(w.Dense(mixes ? g.Op("Sub", [vectors, g.Op("ReduceMean", [vectors, g.Ints(0)])]) : vectors, 8, 24)), 0.3f, on);
                g.Output(g.Op("Add", [w.Dense(hidden, 24, 3), unreadable]), "logits", DataType.Float, -1, 3);
            },
            input: input);

        var act = () => Committee.Compile(model, FeatureInput.Declared(model), 3, 0).Dispose();

        if (mixes)
        {
            act.Should().Throw<DataException>().WithMessage("*depends on the other rows of its batch by ReduceMean*");
        }
        else
        {
            act.Should().NotThrow();
        }
    }

    [Fact]
    public void AStaticallyQuantisedModelIsScored()
    {
        var model = TestModels.Open((w, x, on) =>
        {
            var g = w.Graph;
            var zero = g.Constant(new() { Name = "zero", DataType = (int)DataType.Uint8, Int32Data = { 128 } });
            var scale = g.Scalar(0.05f);
            string Quantised(string v) => g.Op("DequantizeLinear", [g.Op("QuantizeLinear", [v, scale, zero]), scale, zero]);
            var weights = g.Constant(new() { Name = "weights", DataType = (int)DataType.Uint8, Dims = { 12, 24 }, Int32Data = { Enumerable.Range(0, 12 * 24).Select(i => i * 37 % 256) } });
            var product = g.Op("QLinearMatMul", [g.Op("QuantizeLinear", [x, scale, zero]), scale, zero, weights, g.Scalar(0.01f), zero, scale, zero]);
            var hidden = w.Dropout(w.Relu(g.Op("DequantizeLinear", [product, scale, zero])), 0.3f, on);
            g.Output(w.Dense(Quantised(hidden), 24, 3), "logits", DataType.Float, -1, 3);
        });

        using var committee = Committee.Compile(model, FeatureInput.Declared(model), 3, 0);

        committee.Plan.Share.Should().BeInRange(0, 1);
        committee.Plan.Sites.Should().ContainSingle();
    }
}
