using ParquetPool.Graphs;
using ParquetPool.Scorer.Models;
using ParquetPool.Sessions;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Scorer.Tests.Models;

public sealed class FixedShapesTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_shape_is_fixed_where_how_many_rows_there_are_decides_it_and_not_what_they_hold(bool byCount)
    {
        var g = new GraphBuilder("shapes");
        var x = g.Input("x", DataType.Float, -1, 4);
        var width = byCount
            ? g.Op("Gather", [g.Op("Shape", [x]), g.Ints(1)])
            : g.Op("Cast", [g.Op("Add", [g.Op("ReduceMax", [g.Op("Abs", [x])], Attributes.Int("keepdims", 0)), g.Scalar(4)])], Attributes.Int("to", (int)DataType.Int64));
        var ones = g.Op("Expand", [g.Scalar(1), g.Op("Reshape", [width, g.Ints(1)])]);
        g.Output(g.Op("Add", [x, g.Op("ReduceSum", [ones])]), "y", DataType.Float, -1, 4);
        var inputs = new Dictionary<string, long[]> { ["x"] = [-1, 4] };

        var folded = FixedShapes.Fold(g.Model, ShapeProbe.Shapes(g.Model, inputs));

        folded.Graph.Node.Any(n => n.OpType == "Expand").Should().Be(!byCount);
    }
}
