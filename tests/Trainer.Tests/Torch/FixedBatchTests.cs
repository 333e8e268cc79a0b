using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using ParquetPool.Sessions;
using ParquetPool.Trainer.Torch;
using static ParquetPool.Graphs.Onnx.TensorProto.Types;

namespace ParquetPool.Trainer.Tests.Torch;

/// <summary>Graphs as exporters write them for a fixed number of rows; each row must give in a large batch what it gave in one of that size.</summary>
public class FixedBatchTests
{
    private const int Width = 6;

    public static TheoryData<string, int> Forms => new(
        from form in (string[])["reshape", "expand", "token", "token of a shape", "tile", "shape by concat", "slice", "split", "states", "states of a shape", "table", "turned"]
        from rows in (int[])[1, 2]
        select (form, rows));

    [Theory]
    [MemberData(nameof(Forms))]
    public void A_graph_for_a_fixed_number_of_rows_takes_any(string form, int rows)
    {
        var model = Model(form, rows);

        var relaxed = FixedBatch.Relaxed(model);

        FixedBatch.Rows(model).Should().Be(rows);
        FixedBatch.Rows(relaxed).Should().BeNull();
        var expected = Run(model, rows, 0).Concat(Run(model, rows, rows)).Concat(Run(model, rows, 2 * rows)).ToArray();
        Run(relaxed, 3 * rows, 0).Should().Equal(expected, (a, e) => Math.Abs(a - e) < 1e-5f);
    }

    private static ModelProto Model(string form, int rows)
    {
        var g = new GraphBuilder(form);
        var x = g.Input("x", DataType.Float, rows, Width);
        var y = form switch
        {
            "reshape" => g.Op("Reshape", [x, g.Ints(rows, 2, 3)]),
            "expand" => g.Op("Expand", [g.Op("Unsqueeze", [x, g.Ints(1)]), g.Ints(rows, 4, Width)]),
            "token" => Joined(g, x, g.Constant("token", [.. Enumerable.Range(0, rows * Width).Select(i => (float)(i % Width))], rows, 1, Width)),
            "token of a shape" => Joined(g, x, g.Op("ConstantOfShape", [g.Ints(rows, 2, Width)], Value(3))),
            "tile" => Joined(g, x, g.Op("Tile", [g.Constant("token", Waves(Width), 1, 1, Width), g.Ints(rows, 1, 1)])),
            "shape by concat" => g.Op("Reshape", [x, g.Op("Concat", [g.Ints(rows), g.Op("Gather", [g.Op("Shape", [x]), g.Ints(1)])], Attributes.Int("axis", 0))]),
            "slice" => g.Op("Slice", [x, g.Ints(0, 1), g.Ints(rows, 5), g.Ints(0, 1)]),
            "split" => g.Op("Relu", [g.Op("Split", [x, g.Ints(rows)], Attributes.Int("axis", 0))]),
            "states" => Recurrent(g, x, g.Constant("h", [.. Enumerable.Range(0, rows * 3).Select(i => (i % 3) * 0.1f)], 1, rows, 3)),
            "states of a shape" => Recurrent(g, x, g.Op("ConstantOfShape", [g.Ints(1, rows, 3)])),
            "table" => g.Op("Add", [x, g.Constant("places", [.. Enumerable.Range(0, rows * Width).Select(i => (float)(i % Width))], rows, Width)]),
            _ => g.Op("Transpose", [g.Op("Slice", [g.Op("Transpose", [x], Attributes.Ints("perm", 1, 0)), g.Ints(0), g.Ints(rows), g.Ints(1)])], Attributes.Ints("perm", 1, 0)),
        };
        g.Output(y, "y", DataType.Float);
        return g.Model;
    }

    private static string Joined(GraphBuilder g, string x, string token) => g.Op("Concat", [token, g.Op("Unsqueeze", [x, g.Ints(1)])], Attributes.Int("axis", 1));

    /// <summary>A GRU over two steps of three numbers.</summary>
    private static string Recurrent(GraphBuilder g, string x, string state)
    {
        var steps = g.Op("Transpose", [g.Op("Reshape", [x, g.Ints(-1, 2, 3)])], Attributes.Ints("perm", 1, 0, 2));
        var last = g.Node("GRU", [steps, g.Constant("w", Waves(27), 1, 9, 3), g.Constant("r", Waves(27), 1, 9, 3), "", "", state], 2, Attributes.Int("hidden_size", 3)).Output[1];
        return g.Op("Squeeze", [last, g.Ints(0)]);
    }

    private static AttributeProto Value(float value) => new() { Name = "value", Type = AttributeProto.Types.AttributeType.Tensor, T = Tensors.Float("", [value], 1) };

    private static float[] Waves(int count) => [.. Enumerable.Range(0, count).Select(i => MathF.Sin(i * 1.37f))];

    private static float[] Run(ModelProto model, int rows, int from)
    {
        using var session = new ModelSession(model);
        using var x = TensorBuffer.Floats(rows, Width);
        Waves((from + rows) * Width).AsSpan(from * Width).CopyTo(x.Span);
        return session.Run(new Dictionary<string, TensorBuffer> { ["x"] = x })["y"].Values;
    }
}
