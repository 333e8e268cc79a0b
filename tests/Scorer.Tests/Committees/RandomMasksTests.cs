using ParquetPool.Contract;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Committees;
using ParquetPool.Scorer.Models;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Committees;

/// <summary>Randomness in a graph is either a mask of the committee or refused.</summary>
public class RandomMasksTests
{
    private static readonly Dictionary<string, Func<TestModels.Weights, string, string>> Handwritten = new()
    {
        ["uniform, greater"] = (w, x) => Product(w, x, Cast(w, w.Graph.Op("Greater", [Uniform(w, x), w.Graph.Scalar(0.3f)]))),
        ["uniform, less, the constant first"] = (w, x) => Product(w, x, Cast(w, w.Graph.Op("LessOrEqual", [w.Graph.Scalar(0.3f), Uniform(w, x)]))),
        ["uniform, less, not"] = (w, x) => Product(w, x, Cast(w, w.Graph.Op("Not", [w.Graph.Op("Less", [Uniform(w, x), w.Graph.Scalar(0.3f)])]))),
        ["uniform, added to the kept share, floor"] = (w, x) => Product(w, x, w.Graph.Op("Floor", [w.Graph.Op("Add", [Uniform(w, x), w.Graph.Scalar(0.7f)])])),
        ["uniform in another range"] = (w, x) => Product(
            w, x, Cast(w, w.Graph.Op("Greater", [w.Graph.Op("RandomUniformLike", [x], Attributes.Float("low", -1), Attributes.Float("high", 1)), w.Graph.Scalar(-0.4f)]))),
        ["chosen by Where"] = (w, x) => w.Graph.Op("Where", [w.Graph.Op("Less", [Uniform(w, x), w.Graph.Scalar(0.3f)]), w.Graph.Scalar(0), w.Graph.Op("Div", [x, w.Graph.Scalar(0.7f)])]),
        ["bernoulli"] = (w, x) => Product(w, x, w.Graph.Op("Bernoulli", [w.Graph.Op("Expand", [w.Graph.Scalar(0.7f), w.Graph.Op("Shape", [x])])])),
        ["one row of draws for all"] = (w, x) => Product(
            w, x, Cast(w, w.Graph.Op("Greater", [w.Graph.Op("RandomUniform", [], Attributes.Ints("shape", 1, 24)), w.Graph.Scalar(0.3f)]))),
    };

    public static TheoryData<string> Names => [.. Handwritten.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void DropoutWrittenByHandIsDropout(string name)
    {
        var plain = Model((w, x, on) => w.Dropout(x, 0.3f, on));
        var written = Model((w, x, _) => Handwritten[name](w, x));

        TestModels.Probabilities(written).Zip(TestModels.Probabilities(plain), (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-5f);
        TestModels.Probabilities(written, passes: 0).Zip(TestModels.Probabilities(plain, passes: 0), (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-5f);
    }

    [Fact]
    public void ABranchDroppedAsAWholeIsOneUnit()
    {
        var model = Model((w, x, _) =>
        {
            var one = w.Graph.Op("ConstantOfShape", [w.Graph.Op("Concat", [w.Graph.Op("Shape", [x], Attributes.Int("start", 0), Attributes.Int("end", 1)), w.Graph.Ints(1)], Attributes.Int("axis", 0))]);
            var mask = w.Graph.Op("Floor", [w.Graph.Op("Add", [Uniform(w, one), w.Graph.Scalar(0.5f)])]);
            return w.Graph.Op("Add", [x, w.Graph.Op("Mul", [w.Dense(x, 24, 24), mask])]);
        });

        using var committee = Committee.Compile(model, FeatureInput.Declared(model), 4, 0);

        committee.Plan.Sites.Should().ContainSingle().Which.Site.Should().Match<DropoutSite>(s => s.Width == 1 && s.Ratio == 0.5f);
    }

    [Theory]
    [InlineData("RandomNormalLike")]
    [InlineData("RandomUniformLike")]
    public void NoiseIsRefusedByName(string operation)
    {
        var model = Model((w, x, on) => w.Dropout(w.Graph.Op("Add", [x, w.Graph.Op(operation, [x])]), 0.3f, on));

        foreach (var passes in new[] { 0, 4 })
        {
            var act = () => Committee.Compile(model, FeatureInput.Declared(model), passes, 0);
            act.Should().Throw<DataException>().WithMessage($"*{operation} '{operation}' draws other numbers at every run*");
        }
    }

    [Fact]
    public void UnitsThatShareADrawAreNotMaskedOneByOne()
    {
        var model = Model((w, x, _) =>
        {
            var one = w.Graph.Op("ReduceSum", [x, w.Graph.Ints(1)]);
            var bounds = w.Graph.Constant("bounds", [.. Enumerable.Repeat(0.3f, 24)], 24);
            return Product(w, x, Cast(w, w.Graph.Op("GreaterOrEqual", [Uniform(w, one), bounds])));
        });

        model.Invoking(m => Committee.Compile(m, FeatureInput.Declared(m), 4, 0)).Should().Throw<DataException>().WithMessage("*RandomUniformLike*");
    }

    [Fact]
    public void RandomnessThatDoesNotLeadToTheScoresIsLeftAlone()
    {
        var model = TestModels.Open((w, x, on) =>
        {
            var z = w.Dense(w.Dropout(x, 0.3f, on), 12, 3);
            w.Graph.Output(z, "logits", DataType.Float, -1, 3);
            w.Graph.Output(w.Graph.Op("RandomNormalLike", [z]), "noise", DataType.Float, -1, 3);
        });

        TestModels.Probabilities(model).Should().OnlyContain(p => p >= 0 && p <= 1);
    }

    [Fact]
    public void ADropoutInAFunctionOfFunctionsIsFound()
    {
        var plain = Model((w, x, on) => w.Dropout(x, 0.3f, on));
        var called = CallingFunctions();

        TestModels.Probabilities(called).Zip(TestModels.Probabilities(plain), (a, b) => Math.Abs(a - b)).Max().Should().BeLessThan(1e-6f);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ADropoutInABranchIsFoundWhereAConstantDecidesAndRefusedOtherwise(bool decided)
    {
        var model = Model((w, x, _) =>
        {
            var g = w.Graph;
            var condition = decided ? g.Constant(Bool("yes")) : g.Op("Greater", [g.Op("ReduceSum", [x], Attributes.Int("keepdims", 0)), g.Scalar(0)]);
            var branch = new NodeProto { OpType = "If", Name = "branch", Input = { condition }, Output = { "chosen" } };
            var (ratio, on) = (g.Scalar(0.3f), g.Constant(Bool("on")));
            branch.Attribute.Add(Graphs("then_branch", new NodeProto { OpType = "Dropout", Name = "inner", Input = { x, ratio, on }, Output = { "dropped" } }));
            branch.Attribute.Add(Graphs("else_branch", new NodeProto { OpType = "Identity", Input = { x }, Output = { "same" } }));
            g.Model.Graph.Node.Add(branch);
            return "chosen";
        });

        if (decided)
        {
            TestModels.Probabilities(model).Should().BeEquivalentTo(TestModels.Probabilities(Model((w, x, on) => w.Dropout(x, 0.3f, on))));
            return;
        }
        var act = () => Committee.Compile(model, FeatureInput.Declared(model), 4, 0);
        act.Should().Throw<DataException>().WithMessage("*Dropout 'inner' inside If 'branch'*");
    }

    [Fact]
    public void MorePassesThanMemoryAllowsAreRefused()
    {
        var act = () => Committee.Compile(TestModels.Mlp(0.5f, 12, 40, 5), MaskedModel.Inputs(TestModels.Mlp(0.5f, 12, 40, 5)), 10_000_000, 0);

        act.Should().Throw<UsageException>().WithMessage("--passes 10,000,000: *at most*lower --passes");
    }

    private static ModelPackage CallingFunctions()
    {
        var package = TestModels.Open((w, x, _) =>
        {
            x = w.Relu(w.Dense(x, 12, 24));
            w.Graph.Model.Graph.Node.Add(new NodeProto { OpType = "Block", Domain = "own", Name = "call", Input = { x }, Output = { "called" }, Attribute = { Attributes.Float("p", 0.3f) } });
            w.Graph.Output(w.Graph.Op("Gemm", ["called", w.Tensor("weight", 0.3f, 24, 3), w.Tensor("bias", 0.1f, 3)]), "logits", DataType.Float, -1, 3);
        });
        var model = package.Model;
        var opset = new OperatorSetIdProto { Version = GraphBuilder.Opset };
        var given = new AttributeProto { Name = "value_float", Type = AttributeProto.Types.AttributeType.Float, RefAttrName = "p" };
        model.Functions.Add(new FunctionProto
        {
            Name = "Drop",
            Domain = "own",
            Input = { "x" },
            Output = { "y" },
            Attribute = { "p" },
            OpsetImport = { opset.Clone() },
            Node =
            {
                new NodeProto { OpType = "Constant", Output = { "ratio" }, Attribute = { given } },
                new NodeProto { OpType = "Constant", Output = { "on" }, Attribute = { new AttributeProto { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = Bool("on") } } },
                new NodeProto { OpType = "Dropout", Input = { "x", "ratio", "on" }, Output = { "y" } },
            },
        });
        model.Functions.Add(new FunctionProto
        {
            Name = "Block",
            Domain = "own",
            Input = { "a" },
            Output = { "b" },
            Attribute = { "p" },
            OpsetImport = { opset.Clone(), new OperatorSetIdProto { Domain = "own", Version = 1 } },
            Node =
            {
                new NodeProto { OpType = "Relu", Input = { "a" }, Output = { "x" } },
                new NodeProto { OpType = "Drop", Domain = "own", Input = { "x" }, Output = { "b" }, Attribute = { new AttributeProto { Name = "p", Type = AttributeProto.Types.AttributeType.Float, RefAttrName = "p" } } },
            },
        });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "own", Version = 1 });
        return ModelPackage.Ready("test.onnx", model, "", null);
    }

    private static ModelPackage Model(Func<TestModels.Weights, string, string, string> drop) => TestModels.Open((w, x, on) =>
    {
        x = w.Relu(w.Dense(x, 12, 24));
        var last = (w.Tensor("weight", 0.3f, 24, 3), w.Tensor("bias", 0.1f, 3));
        w.Graph.Output(w.Graph.Op("Gemm", [drop(w, x, on), last.Item1, last.Item2]), "logits", DataType.Float, -1, 3);
    });

    private static string Product(TestModels.Weights w, string x, string mask) => w.Graph.Op("Div", [w.Graph.Op("Mul", [x, mask]), w.Graph.Scalar(0.7f)]);

    private static string Uniform(TestModels.Weights w, string x) => w.Graph.Op("RandomUniformLike", [x]);

    private static string Cast(TestModels.Weights w, string truth) => w.Graph.Op("Cast", [truth], Attributes.Int("to", (long)DataType.Float));

    private static TensorProto Bool(string name) => new() { Name = name, DataType = (int)DataType.Bool, Int32Data = { 1 } };

    private static AttributeProto Graphs(string name, NodeProto node) => new()
    {
        Name = name,
        Type = AttributeProto.Types.AttributeType.Graph,
        G = new GraphProto { Name = name, Node = { node }, Output = { new ValueInfoProto { Name = node.Output[0], Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)DataType.Float } } } } },
    };
}
