using ParquetPool.Graphs;
using ParquetPool.Trainer.Operators;

namespace ParquetPool.Trainer.Tests.Operators;

public class OperatorTests
{
    private static readonly OperatorCase[] Cases = [.. ElementCases.All, .. TensorCases.All, .. LayerCases.All];

    public static TheoryData<string> All => [.. Cases.Select(c => c.Name)];

    public static TheoryData<string> Smooth => [.. Cases.Where(c => c.Smooth).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(All))]
    public void Values_are_those_of_ONNX_Runtime(string name) => Cases.Single(c => c.Name == name).CheckValues();

    [Theory]
    [MemberData(nameof(Smooth))]
    public void Gradients_are_those_of_finite_differences(string name) => Cases.Single(c => c.Name == name).CheckGradients();

    [Fact]
    public void Every_operator_has_a_case() =>
        OperatorTable.Names.Except(Cases.SelectMany(Operators)).Should().BeEquivalentTo(
            "BitShift", "BitwiseAnd", "BitwiseNot", "BitwiseOr", "BitwiseXor", "Det", "Dropout");

    private static IEnumerable<string> Operators(OperatorCase test)
    {
        var graph = new GraphBuilder("case", test.Opset);
        test.Build(graph, [.. test.Dims.Select((_, i) => $"p{i}")]);
        return graph.Model.Graph.Node.Select(n => n.OpType);
    }
}
