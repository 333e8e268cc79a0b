using Google.Protobuf;
using ParquetPool.Errors;
using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Shared.Tests.Graphs;

/// <summary>A model that may come from anywhere is refused by name before anything else looks at it.</summary>
public class ModelRulesTests
{
    private static readonly Dictionary<string, (Action<ModelProto> Break, string Says)> Breaks = new()
    {
        ["a circle"] = (m => m.Graph.Node[0].Input[0] = "logits", "reads 'logits', which no node before it makes"),
        ["a value made twice"] = (m => m.Graph.Node[1].Output[0] = m.Graph.Node[0].Output[0], "is made twice"),
        ["a value that nobody makes"] = (m => m.Graph.Node[1].Input[1] = "nowhere", "reads 'nowhere'"),
        ["an output that nobody makes"] = (m => m.Graph.Output[0].Name = "nowhere", "output 'nowhere' is made by no node"),
        ["a constant twice"] = (m => m.Graph.Initializer.Add(m.Graph.Initializer[0].Clone()), "constant 'w' stands twice"),
        ["a node without an operator"] = (m => m.Graph.Node[0].OpType = "", "has no operator"),
        ["a node that makes nothing"] = (m => m.Graph.Node[0].Output.Clear(), "makes no value"),
        ["a tensor shorter than it says"] = (m => m.Graph.Initializer[0].RawData = ByteString.CopyFrom(new byte[7]), "has 7 bytes, expected 48"),
        ["a tensor of impossible shape"] = (m => m.Graph.Initializer[0].Dims[0] = long.MaxValue, "expected sizes that a tensor can have"),
        ["a row of many numbers"] = (m => m.Graph.Input[0].Type.TensorType.Shape.Dim[1].DimValue = 1L << 40, "expected at most 134,217,728 numbers a row"),
        ["a function that calls itself"] = (m => m.Functions.Add(Function("f", "f")), "its function 'f' calls itself"),
        ["a function that calls itself by another name of its domain"] = (m => m.Functions.Add(Function("f", [new() { OpType = "f", Domain = "" }], domain: "ai.onnx")), "its function 'f' calls itself"),
        ["an overload that calls itself"] = (m => m.Functions.Add([Function("f", [new() { OpType = "Relu" }], overload: "a"), Function("f", [new() { OpType = "f", Domain = "own", Overload = "b" }], overload: "b")]), "its function 'f' calls itself"),
        ["a function twice"] = (m => m.Functions.Add([Function("f", "Relu"), Function("f", "Relu")]), "its function 'f' stands twice"),
        ["calls as deep as no exporter writes them"] = (m => m.Functions.Add(Enumerable.Range(0, 50_000).Select(i => Function($"f{i}", $"f{i + 1}"))), "more than 100 deep"),
        ["a function whose output nobody makes"] = (m => m.Functions.Add(new FunctionProto { Domain = "own", Name = "f", Input = { "a" }, Output = { "b" } }), "output 'b' of function 'f' is made by no node"),
        ["a function with an attribute twice"] = (m =>
        {
            var f = Function("f", "Relu");
            f.AttributeProto.Add([new AttributeProto { Name = "alpha" }, new AttributeProto { Name = "alpha" }]);
            m.Functions.Add(f);
        }, "function 'f' has the attribute 'alpha' twice"),
        ["an If without condition in a function's branch"] = (m =>
        {
            var branch = new GraphProto { Node = { new NodeProto { OpType = "If", Output = { "c" } } }, Output = { new ValueInfoProto { Name = "c" } } };
            m.Functions.Add(Function("f", [new NodeProto { OpType = "If", Input = { "a" }, Attribute = { new AttributeProto { Name = "then_branch", G = branch } } }]));
        }, "(If) reads nothing"),
        ["a tensor of more numbers than can be counted"] = (m => m.Graph.Initializer.Add(new TensorProto { Name = "vast", DataType = (int)DataType.Float, Dims = { 1L << 40, 1L << 40, 0 } }), "expected sizes that a tensor can have"),
        ["a tensor whose bytes come to few by overflow"] = (m => m.Graph.Initializer.Add(new TensorProto { Name = "vast", DataType = (int)DataType.Int64, Dims = { (1L << 58) + 1 }, RawData = ByteString.CopyFrom(new byte[8]) }), "expected sizes that a tensor can have"),
        ["functions that grow without bound"] = (m =>
        {
            for (var i = 0; i < 30; i++)
            {
                m.Functions.Add(Function($"f{i}", $"f{i + 1}", $"f{i + 1}"));
            }
            m.Graph.Node.Insert(0, new NodeProto { OpType = "f0", Domain = "own", Input = { "x" }, Output = { "y" } });
        }, "nodes when its functions are written out, expected at most 100,000"),
    };

    public static TheoryData<string> Names => [.. Breaks.Keys];

    [Fact]
    public void AGoodModelIsRead() => Read(_ => { }).Should().NotThrow();

    [Theory]
    [MemberData(nameof(Names))]
    public void ABrokenOneIsRefused(string name) => Read(Breaks[name].Break).Should().Throw<DataException>().WithMessage($"*{Breaks[name].Says}*");

    private static FunctionProto Function(string name, params string[] calls) => Function(name, [.. calls.Select(call => new NodeProto { OpType = call, Domain = "own" })]);

    private static FunctionProto Function(string name, NodeProto[] calls, string domain = "own", string overload = "")
    {
        var function = new FunctionProto { Domain = domain, Name = name, Overload = overload, Input = { "a" }, Output = { "b" } };
        foreach (var (i, call) in calls.Index())
        {
            call.Input.Clear();
            call.Input.Add("a");
            call.Output.Add(i == 0 ? "b" : $"b{i}");
        }
        function.Node.Add(calls);
        return function;
    }

    private static Action Read(Action<ModelProto> change) => () =>
    {
        var g = new GraphBuilder("model");
        var x = g.Input("x", DataType.Float, -1, 4);
        var hidden = g.Op("Relu", [x]);
        g.Output(g.Op("MatMul", [hidden, g.Constant("w", new float[12], 4, 3)]), "logits", DataType.Float, -1, 3);
        change(g.Model);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, ModelFile.ToBytes(g.Model));
            ModelFile.Read(path);
        }
        finally
        {
            File.Delete(path);
        }
    };
}
