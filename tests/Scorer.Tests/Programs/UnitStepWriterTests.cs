using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Scorer.Programs;

namespace ParquetPool.Scorer.Tests.Programs;

public class UnitStepWriterTests
{
    private const int Units = 4;
    private const int Classes = 3;
    private readonly GraphBuilder graph = new("member");

    /// <summary>Nodes that look like ones that have steps, and have none: they must stay with the graph.</summary>
    public static TheoryData<string> Strangers => [.. Cases.Keys];

    private static readonly Dictionary<string, Func<GraphBuilder, string, string>> Cases = new()
    {
        ["a product with weights that are computed"] = (g, x) => g.Op("MatMul", [x, g.Op("Transpose", [x])]),
        ["a product of too many inputs"] = (g, x) => g.Op("Gemm", [x, g.Constant("weight", new float[5 * 2], 5, 2)]),
        ["a product of what lies by row, turned"] = (g, x) => g.Op("Gemm", [x, g.Constant("weight", new float[Units * 2], Units, 2)], Attributes.Int("transA", 1)),
        ["a constant by a value"] = (g, x) => g.Op("Div", [g.Scalar(1), x]),
        ["constants of another length"] = (g, x) => g.Op("Add", [x, g.Constant("two", new float[2], 2)]),
        ["whole-number constants"] = (g, x) => g.Op("Add", [x, g.Ints(1, 2, 3, 4)]),
        ["a cube"] = (g, x) => g.Op("Pow", [x, g.Scalar(3)]),
        ["a mean of the rows"] = (g, x) => g.Op("ReduceMean", [x, g.Ints(0)]),
        ["a mean without its axis"] = (g, x) => g.Op("ReduceMean", [x, g.Ints(1)], Attributes.Int("keepdims", 0)),
        ["a normalisation of the whole batch"] = (g, x) => g.Op("LayerNormalization", [x, g.Constant("scale", new float[Units], Units)], Attributes.Int("axis", 0)),
        ["a batch normalisation by what is computed"] = (g, x) => g.Op("BatchNormalization", [x, x, x, x, x]),
        ["an approximate Gelu"] = (g, x) => g.Op("Gelu", [x], Attributes.Text("approximate", "tanh")),
        ["a flattening of the batch"] = (g, x) => g.Op("Flatten", [x], Attributes.Int("axis", 0)),
        ["a transposition of nothing"] = (g, x) => g.Op("Transpose", [x], Attributes.Ints("perm", 0, 1)),
        ["gathered rows"] = (g, x) => g.Op("Gather", [x, g.Ints(0)], Attributes.Int("axis", 0)),
        ["rows below rows"] = (g, x) => g.Op("Concat", [x, x], Attributes.Int("axis", 0)),
        ["vectors beside constants"] = (g, x) => g.Op("Concat", [x, g.Constant("one", new float[1], 1, 1)], Attributes.Int("axis", 1)),
        ["an operator of another kind"] = (g, x) => g.Op("Softmax", [x]),
    };

    [Theory]
    [MemberData(nameof(Strangers))]
    public void ANodeThatNoRuleHoldsForIsRefused(string name)
    {
        Cases[name](graph, "x");

        Writer().Write(graph.Model.Graph.Node[^1]).Should().BeFalse();
    }

    [Fact]
    public void AnActivationThatAloneReadsAProductIsPartOfIt()
    {
        var hidden = graph.Op("Relu", [Product("x", Units, Units)]);
        Product(hidden, Units, Classes, "member");

        var program = Written("member");

        program!.Steps.Should().HaveCount(2).And.AllBeOfType<UnitProduct>();
        program.Places.Should().Be(Units + Classes + Units);
    }

    [Fact]
    public void AnActivationOfWhatIsReadElsewhereTooIsAStepOfItsOwn()
    {
        var product = Product("x", Units, Units);
        Product(graph.Op("Add", [product, graph.Op("Relu", [product])]), Units, Classes, "member");

        Written("member")!.Steps.Select(step => step.GetType()).Should().Equal(typeof(UnitProduct), typeof(UnitScaling), typeof(UnitCombination), typeof(UnitProduct));
    }

    [Fact]
    public void LogitsThatAreActivatedFurtherOnAreKept()
    {
        graph.Op("Relu", [Product("x", Units, Classes, "member")]);

        Written("member")!.Steps.Select(step => step.GetType()).Should().Equal([typeof(UnitProduct), typeof(UnitScaling)], "the product itself is a member's logits");
    }

    [Fact]
    public void UnitsOfOthersAreNoLogits()
    {
        var product = Product("x", Units, Classes);
        graph.Model.Graph.Node.Add(new NodeProto { OpType = "Identity", Input = { product }, Output = { "member" } });
        var writer = Writer("member");

        writer.Write(graph.Model.Graph.Node[0]).Should().BeTrue();
        writer.Write(graph.Model.Graph.Node[1]).Should().BeFalse("a view has no place of its own");
    }

    [Fact]
    public void WithoutAllLogitsThereIsNoProgram()
    {
        Product("x", Units, Classes, "first");

        Written("first", "second").Should().BeNull();
    }

    private UnitProgram? Written(params string[] members)
    {
        var writer = Writer(members);
        foreach (var node in graph.Model.Graph.Node)
        {
            writer.Write(node).Should().BeTrue(node.OpType);
        }
        return writer.Finish(graph.Model);
    }

    private UnitStepWriter Writer(params string[] members)
    {
        var nodes = graph.Model.Graph.Node;
        var readers = nodes.SelectMany(node => node.Input, (node, input) => (node, input)).GroupBy(read => read.input, read => read.node)
            .ToDictionary(reads => reads.Key, reads => reads.Count() == 1 ? reads.Single() : null);
        return new UnitStepWriter(graph.Model.Graph.Initializer.ToDictionary(t => t.Name), readers, [new SharedUnits("x", ByUnit: false, "x", Units)], members, Classes);
    }

    private string Product(string value, int inputs, int outputs, string? name = null)
    {
        var product = graph.Op("MatMul", [value, graph.Constant("weight", TestModels.Numbers(1, inputs * outputs), inputs, outputs)]);
        if (name is not null)
        {
            graph.Model.Graph.Node[^1].Output[0] = name;
        }
        return name ?? product;
    }
}
