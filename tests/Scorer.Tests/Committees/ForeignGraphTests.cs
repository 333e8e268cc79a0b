using ParquetPool.Contract;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using static ParquetPool.Graphs.Onnx.AttributeProto.Types;

namespace ParquetPool.Scorer.Tests.Committees;

/// <summary>Graphs as other exporters write them: older operator sets, weights in Constant nodes, shapes computed from shapes.</summary>
public class ForeignGraphTests
{
    private const ulong Seed = 0x1_0000_0007;
    private const int Members = 4;

    public static MatrixTheoryData<int, bool> Opsets => new(Enumerable.Range(13, 8), [false, true]);

    [Theory]
    [MemberData(nameof(Opsets))]
    public void AMemberIsTheMaskedModelInEveryOperatorSet(int opset, bool constantNodes)
    {
        var package = TestModels.Build([1, 8, 8], 3, (w, x, on) => Write(w, x, on, opset), opset);
        Check(constantNodes ? package with { Model = WithConstantNodes(package.Model) } : package, Treatment.Gather, Treatment.Cut, Treatment.Gather, Treatment.Multiply);
    }

    [Theory]
    [MemberData(nameof(Opsets))]
    public void HeadsBehindDropoutAreCutInEveryOperatorSet(int opset, bool constantNodes)
    {
        var package = TestModels.Build([12], 3, (w, x, on) => w.Dense(w.Dropout(w.Relu(w.Dense(x, 12, 64)), 0.5f, on), 64, 3), opset);
        Check(constantNodes ? package with { Model = WithConstantNodes(package.Model) } : package, Treatment.Gather);
    }

    private static void Check(ModelPackage package, params Treatment[] treatments)
    {
        var inputs = MaskedModel.Inputs(package);
        using var committee = Committee.Compile(package, inputs, Members, Seed);
        var rows = MaskedModel.Rows(inputs, committee.TileRows);
        using var run = committee.NewRun();
        rows[0].CopyTo(run.Input(0));
        run.Run();

        for (var member = 0; member < Members; member++)
        {
            var expected = MaskedModel.Logits(package, inputs, Seed, MaskKind.Balanced, member, Members, rows);
            var actual = MaskedModel.Logits(run, committee, member);
            actual.Zip(expected, (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(1e-4f, $"member {member}");
        }
        committee.Plan.Sites.Select(s => s.Treatment).Should().Equal(treatments);
    }

    private static string Write(TestModels.Weights w, string x, string on, int opset)
    {
        var g = w.Graph;
        x = w.Relu(w.Normalise(w.Convolution(x, 1, 32), 32));
        x = DropChannels(x, 32);
        x = g.Op("MaxPool", [w.Relu(w.Convolution(x, 32, 32))], Attributes.Ints("kernel_shape", 2, 2), Attributes.Ints("strides", 2, 2));
        x = w.Convolution(DropChannels(x, 32), 32, 8);
        x = g.Op("Reshape", [x, g.Op("Concat", [g.Op("Unsqueeze", [Batch(x), g.Ints(0)]), g.Ints(-1)], Attributes.Int("axis", 0))]);
        // A dense layer as MatMul and Add, one as a transposed Gemm; both read the residual stream.
        x = g.Op("Add", [g.Op("MatMul", [x, w.Tensor("weight", 0.1f, 128, 128)]), w.Tensor("bias", 0.1f, 128)]);
        var block = g.Op("Gemm", [w.Relu(w.Dropout(x, 0.5f, on)), w.Tensor("weight", 0.1f, 128, 128), w.Tensor("bias", 0.1f, 128)], Attributes.Int("transB", 1));
        x = Normalise(g.Op("Add", [x, block]), 128);
        var halves = g.Node("Split", [x, g.Ints(64, 64)], 2, Attributes.Int("axis", 1));
        x = w.Dropout(g.Op("Mul", [g.Op("Sigmoid", [halves.Output[0]]), halves.Output[1]]), 0.3f, on);
        return w.Dense(Normalise(x, 64), 64, 3);

        string Batch(string value) => g.Op("Gather", [g.Op("Shape", [value]), g.Constant(Tensors.Int64("first", [0]))], Attributes.Int("axis", 0));

        string DropChannels(string map, int channels)
        {
            var shape = g.Op("Concat", [g.Op("Unsqueeze", [Batch(map), g.Ints(0)]), g.Ints(channels, 1, 1)], Attributes.Int("axis", 0));
            var one = new AttributeProto { Name = "value", Type = AttributeType.Tensor, T = Tensors.Float("one", [1], 1) };
            return g.Op("Mul", [w.Dropout(g.Op("ConstantOfShape", [shape], one), 0.5f, on), map]);
        }

        string Mean(string value) => opset < 18
            ? g.Op("ReduceMean", [value], Attributes.Ints("axes", -1))
            : g.Op("ReduceMean", [value, g.Ints(-1)]);

        string Normalise(string value, int width)
        {
            if (opset >= 17)
            {
                return g.Op("LayerNormalization", [value, w.Tensor("scale", 1, width), w.Tensor("shift", 0.3f, width)], Attributes.Int("axis", -1));
            }
            var centred = g.Op("Sub", [value, Mean(value)]);
            var deviation = g.Op("Sqrt", [g.Op("Add", [Mean(g.Op("Pow", [centred, g.Scalar(2)])), g.Scalar(1e-5f)])]);
            return g.Op("Add", [g.Op("Mul", [g.Op("Div", [centred, deviation]), w.Tensor("scale", 1, width)]), w.Tensor("shift", 0.3f, width)]);
        }
    }

    private static ModelProto WithConstantNodes(ModelProto model)
    {
        var result = model.Clone();
        var nodes = result.Graph.Initializer.Select(tensor => new NodeProto
        {
            OpType = "Constant",
            Output = { tensor.Name },
            Attribute = { new AttributeProto { Name = "value", Type = AttributeType.Tensor, T = tensor.Clone() } },
        });
        NodeProto[] all = [.. nodes, .. result.Graph.Node];
        result.Graph.Initializer.Clear();
        result.Graph.Node.Clear();
        result.Graph.Node.AddRange(all);
        return result;
    }
}
