using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Committees;

/// <summary>Element types, branches, loops and inner values that ONNX Runtime runs are scored as it runs them.</summary>
public class GraphKindTests
{
    private const ulong Seed = 0x1_0000_0007;

    private static readonly Dictionary<string, Func<TestModels.Weights, string, string>> Behind = new()
    {
        ["a branch that reads outer weights"] = (w, x) =>
        {
            var never = w.Graph.Op("Less", [w.Graph.Op("Size", [x]), w.Graph.Constant(Tensors.Int64("none", [0]))]);
            var weights = w.Tensor("weight", 0.3f, 24, 24);
            var node = new NodeProto { OpType = "If", Name = "branch", Input = { never }, Output = { "chosen" } };
            node.Attribute.Add(Body("then_branch", [], ["negative"], new NodeProto { OpType = "Neg", Input = { x }, Output = { "negative" } }));
            node.Attribute.Add(Body("else_branch", [], ["product"], new NodeProto { OpType = "MatMul", Input = { x, weights }, Output = { "product" } }));
            w.Graph.Model.Graph.Node.Add(node);
            return "chosen";
        },
        ["a loop that reads outer weights and values"] = (w, x) =>
        {
            var weights = w.Tensor("weight", 0.3f, 24, 24);
            var (turns, go) = (w.Graph.Constant(Tensors.Int64("turns", [2])), w.Graph.Constant(new TensorProto { Name = "go", DataType = (int)DataType.Bool, Int32Data = { 1 } }));
            var node = new NodeProto { OpType = "Loop", Name = "loop", Input = { turns, go, x }, Output = { "looped" } };
            node.Attribute.Add(Body(
                "body", [("turn", DataType.Int64), ("on", DataType.Bool), ("state", DataType.Float)], ["still", "next"],
                new NodeProto { OpType = "Identity", Input = { "on" }, Output = { "still" } },
                new NodeProto { OpType = "MatMul", Input = { "state", weights }, Output = { "turned" } },
                new NodeProto { OpType = "Add", Input = { "turned", x }, Output = { "next" } }));
            w.Graph.Model.Graph.Node.Add(node);
            return "looped";
        },
        ["a sequence"] = (w, x) => w.Graph.Op("ConcatFromSequence", [w.Graph.Op("SplitToSequence", [x, w.Graph.Constant(Tensors.Int64("six", [6]))], Attributes.Int("axis", 1))], Attributes.Int("axis", 1)),
        ["a value with one number more than rows"] = (w, x) =>
        {
            var (zero, one) = (w.Graph.Constant(Tensors.Int64("zero", [0])), w.Graph.Constant(Tensors.Int64("one", [1])));
            var count = w.Graph.Op("Squeeze", [w.Graph.Op("Shape", [x], Attributes.Int("start", 0), Attributes.Int("end", 1))]);
            var range = w.Graph.Op("Cast", [w.Graph.Op("Range", [zero, w.Graph.Op("Add", [count, one]), one])], Attributes.Int("to", (long)DataType.Float));
            return w.Graph.Op("Add", [x, w.Graph.Op("ReduceMin", [range], Attributes.Int("keepdims", 0))]);
        },
        ["a whole-number exponent"] = (w, x) => w.Graph.Op("Pow", [x, w.Graph.Constant(Tensors.Int64("two", [2]))]),
        ["half precision inside"] = (w, x) => Cast(w, w.Graph.Op("Relu", [Cast(w, x, DataType.Float16)]), DataType.Float),
    };

    public static TheoryData<string> Names => [.. Behind.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void BehindADropoutEachMemberHasItsOwn(string name)
    {
        var package = TestModels.Build([12], 3, (w, x, on) => w.Dense(Behind[name](w, w.Dropout(w.Relu(w.Dense(x, 12, 24)), 0.3f, on)), 24, 3));
        Check(package, tolerance: name.StartsWith("half", StringComparison.Ordinal) ? 2e-2f : 1e-4f);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void BeforeADropoutItIsShared(string name) =>
        Check(TestModels.Build([12], 3, (w, x, on) => w.Dense(w.Dropout(Behind[name](w, w.Relu(w.Dense(x, 12, 24))), 0.3f, on), 24, 3)), tolerance: name.StartsWith("half", StringComparison.Ordinal) ? 2e-2f : 1e-4f);

    [Theory]
    [InlineData(DataType.Int64)]
    [InlineData(DataType.Int32)]
    [InlineData(DataType.Uint8)]
    [InlineData(DataType.Bool)]
    [InlineData(DataType.Double)]
    [InlineData(DataType.Float16)]
    public void InputsOfAnyNumberTypeAreFedFromFloats(DataType type)
    {
        ModelPackage Model(DataType input) => TestModels.Open(
            (w, x, on) => w.Graph.Output(w.Dense(w.Dropout(w.Relu(w.Dense(input == DataType.Float ? x : Cast(w, x, DataType.Float), 12, 24)), 0.3f, on), 24, 3), "logits", DataType.Float, -1, 3), input: input);
        var ones = TestModels.Open((w, x, on) =>
        {
            var binary = Cast(w, w.Graph.Op("Greater", [x, w.Graph.Scalar(0)]), DataType.Float);
            w.Graph.Output(w.Dense(w.Dropout(w.Relu(w.Dense(binary, 12, 24)), 0.3f, on), 24, 3), "logits", DataType.Float, -1, 3);
        });

        var expected = TestModels.Probabilities(type is DataType.Double or DataType.Float16 ? Model(DataType.Float) : ones);

        TestModels.Probabilities(Model(type)).Zip(expected, (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-6f);
    }

    [Fact]
    public void AnInputOfTextsIsRefusedInPlainWords()
    {
        var act = () => TestModels.Open((w, x, _) => w.Graph.Output(w.Graph.Op("Identity", [x]), "logits", DataType.String, -1, 12), input: DataType.String);

        act.Should().Throw<DataException>().WithMessage("input 'features' takes STRING, expected a tensor of floats, integers or booleans*");
    }

    [Fact]
    public void AModelTooDeepToPlanIsRefused()
    {
        var package = TestModels.Build([12], 3, (w, x, on) =>
        {
            x = w.Dropout(x, 0.3f, on);
            for (var i = 0; i < 9000; i++)
            {
                x = w.Graph.Op(i % 2 == 0 ? "Tanh" : "Neg", [x]);
            }
            return w.Dense(x, 12, 3);
        });

        var act = () => Committee.Compile(package, MaskedModel.Inputs(package), 3, Seed);

        act.Should().Throw<DataException>().WithMessage("*operators that rows go through, expected at most 8,192*");
    }

    private static void Check(ModelPackage package, float tolerance)
    {
        var ready = ModelPackage.Ready(package.Path, package.Model, "", null);
        var inputs = FeatureInput.Declared(ready).ToArray();
        using var committee = Committee.Compile(ready, inputs, 3, Seed);
        var rows = MaskedModel.Rows(inputs, committee.TileRows);
        using var run = committee.NewRun();
        rows[0].CopyTo(run.Input(0));
        run.Run();

        for (var member = 0; member < 3; member++)
        {
            var expected = MaskedModel.Logits(package, inputs, Seed, MaskKind.Balanced, member, 3, rows);
            MaskedModel.Logits(run, committee, member).Zip(expected, (a, e) => Math.Abs(a - e)).Max().Should().BeLessThan(tolerance);
        }
    }

    private static string Cast(TestModels.Weights w, string x, DataType to) => w.Graph.Op("Cast", [x], Attributes.Int("to", (long)to));

    private static AttributeProto Body(string name, (string Name, DataType Type)[] inputs, string[] outputs, params NodeProto[] nodes)
    {
        var graph = new GraphProto { Name = name, Node = { nodes } };
        graph.Input.AddRange(inputs.Select(i => Value(i.Name, i.Type, scalar: i.Type != DataType.Float)));
        graph.Output.AddRange(outputs.Select(o => o == "still" ? Value(o, DataType.Bool, scalar: true) : Value(o, DataType.Float, scalar: false)));
        return new AttributeProto { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph };
    }

    private static ValueInfoProto Value(string name, DataType type, bool scalar)
    {
        var tensor = new TypeProto.Types.Tensor { ElemType = (int)type };
        if (scalar)
        {
            tensor.Shape = new TensorShapeProto();
        }
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = tensor } };
    }
}
