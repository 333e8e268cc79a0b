using ParquetPool.Graphs;
using ParquetPool.Graphs.Onnx;
using static ParquetPool.Trainer.Tests.Operators.CaseBuilding;

namespace ParquetPool.Trainer.Tests.Operators;

/// <summary>Convolutions, pools, normalisations, resized images and recurrent layers.</summary>
internal static class LayerCases
{
    private static readonly AttributeProto Kernel3 = Ints("kernel_shape", 3, 3);
    private static readonly AttributeProto Kernel2 = Ints("kernel_shape", 2, 2);
    private static readonly AttributeProto Stride2 = Ints("strides", 2, 2);
    private static readonly AttributeProto Pad1 = Ints("pads", 1, 1, 1, 1);

    public static readonly OperatorCase[] All =
    [
        new("Conv", Op("Conv"), [2, 2, 5, 5], [3, 2, 3, 3], [3]),
        new("Conv of one channel", Op("Conv", Pad1), [2, 1, 5, 5], [3, 1, 3, 3], [3]),
        new("Conv, padded and strided", Op("Conv", Pad1, Stride2), [2, 2, 6, 5], [3, 2, 3, 3]),
        new("Conv, dilated", Op("Conv", Ints("dilations", 2, 2)), [1, 2, 6, 7], [2, 2, 2, 3]),
        new("Conv, grouped", Op("Conv", Int("group", 2), Pad1), [2, 4, 4, 4], [6, 2, 3, 3]),
        new("Conv, depthwise and strided", Op("Conv", Int("group", 3), Pad1, Stride2), [2, 3, 5, 5], [3, 1, 3, 3]),
        new("Conv, uneven pads", Op("Conv", Ints("pads", 0, 1, 2, 0), Ints("strides", 1, 2)), [1, 2, 4, 6], [2, 2, 2, 3]),
        new("Conv, same size", Op("Conv", Text("auto_pad", "SAME_UPPER"), Stride2), [1, 2, 5, 6], [2, 2, 2, 3]),
        new("Conv, same size from below", Op("Conv", Text("auto_pad", "SAME_LOWER")), [1, 2, 4, 4], [2, 2, 2, 2]),
        new("Conv of one axis", Op("Conv", Ints("pads", 1, 1)), [2, 2, 6], [3, 2, 3], [3]),
        new("Conv of three axes", Op("Conv"), [1, 2, 3, 4, 3], [2, 2, 2, 2, 2], [2]),
        new("Conv of two layers", (g, p) => [g.Op("Conv", [g.Op("Conv", [p[0], p[1]], Pad1), p[2]])], [1, 1, 5, 5], [2, 1, 3, 3], [2, 2, 3, 3]),
        new("ConvTranspose", Op("ConvTranspose"), [2, 2, 3, 3], [2, 3, 3, 3], [3]),
        new("ConvTranspose, strided and padded", Op("ConvTranspose", Stride2, Ints("pads", 1, 0, 0, 1), Ints("output_padding", 1, 0)), [1, 2, 3, 3], [2, 3, 3, 3], [3]),
        new("ConvTranspose, grouped", Op("ConvTranspose", Int("group", 2)), [1, 4, 3, 3], [4, 2, 2, 2]),
        new("ConvTranspose to a shape", Op("ConvTranspose", Stride2, Ints("output_shape", 8, 6)), [1, 2, 3, 3], [2, 3, 3, 3]),
        new("ConvTranspose, same size", Op("ConvTranspose", Stride2, Text("auto_pad", "SAME_UPPER")), [1, 2, 3, 3], [2, 3, 3, 3]),
        new("ConvTranspose of one axis", Op("ConvTranspose", Ints("strides", 2), Ints("dilations", 2)), [2, 2, 3], [2, 3, 2]),
        new("MaxPool", Op("MaxPool", Kernel2, Stride2), [2, 2, 5, 4]),
        new("MaxPool of one axis", Op("MaxPool", Ints("kernel_shape", 3), Ints("strides", 3)), [2, 2, 6]),
        new("MaxPool, overlapping", Op("MaxPool", Kernel3, Stride2, Pad1), [2, 1, 5, 5]),
        new("MaxPool, uneven pads", Op("MaxPool", Kernel2, Ints("pads", 0, 0, 1, 1)), [1, 2, 4, 4]),
        new("MaxPool, hanging over", Op("MaxPool", Kernel2, Stride2, Int("ceil_mode", 1)), [1, 2, 5, 5]),
        new("MaxPool, dilated", Op("MaxPool", Kernel2, Ints("dilations", 2, 2)), [1, 2, 5, 5]),
        new("MaxPool with places", Many("MaxPool", 2, _ => [], Kernel2, Stride2), [2, 2, 4, 4]),
        new("AveragePool", Op("AveragePool", Kernel2, Stride2), [2, 2, 5, 4]),
        new("AveragePool, padded", Op("AveragePool", Kernel3, Stride2, Pad1), [1, 2, 5, 6]),
        new("AveragePool, padding counted", Op("AveragePool", Kernel3, Pad1, Int("count_include_pad", 1)), [1, 2, 4, 4]),
        new("AveragePool, hanging over", Op("AveragePool", Kernel2, Stride2, Int("ceil_mode", 1)), [1, 2, 5, 5]),
        new("AveragePool, uneven pads", Op("AveragePool", Kernel3, Ints("pads", 0, 1, 1, 0)), [1, 2, 5, 5]),
        new("AveragePool, same size, padding counted", Op("AveragePool", Kernel2, Text("auto_pad", "SAME_UPPER"), Int("count_include_pad", 1)), [1, 2, 4, 4]),
        new("AveragePool of one axis", Op("AveragePool", Ints("kernel_shape", 2)), [2, 2, 5]),
        new("LpPool", Op("LpPool", Kernel2, Stride2, Pad1), [1, 2, 4, 4]),
        new("GlobalAveragePool", Op("GlobalAveragePool"), [2, 3, 2, 4]),
        new("GlobalMaxPool", Op("GlobalMaxPool"), [2, 3, 2, 4]),
        new("GlobalLpPool", Op("GlobalLpPool", Int("p", 3)), [2, 3, 2, 4]),
        new("BatchNormalization of rows", With("BatchNormalization", Statistics), [6, 2], [2], [2]),
        new("BatchNormalization of images", With("BatchNormalization", Statistics, Float("epsilon", 0.01f)), [3, 2, 3, 3], [2], [2]),
        new("LayerNormalization", Op("LayerNormalization"), [3, 6], [6], [6]),
        new("LayerNormalization of two axes", Op("LayerNormalization", Axis(1)), [2, 3, 4], [3, 4]),
        new("LayerNormalization with statistics", Many("LayerNormalization", 3, _ => []), [3, 6], [6], [6]),
        new("GroupNormalization, operator set 18", Op("GroupNormalization", Int("num_groups", 2)), [2, 4, 3], [2], [2]) { Opset = 18 },
        new("GroupNormalization", Op("GroupNormalization", Int("num_groups", 2)), [2, 4, 3], [4], [4]) { Opset = 21 },
        new("InstanceNormalization", Op("InstanceNormalization"), [2, 3, 4, 2], [3], [3]),
        new("LRN", Op("LRN", Int("size", 3), Float("alpha", 0.5f)), [2, 5, 2, 2]),
        new("LpNormalization", Op("LpNormalization", Axis(1)), [2, 3]),
        new("LpNormalization by sums", Op("LpNormalization", Int("p", 1)), [2, 3]),
        new("MeanVarianceNormalization", Op("MeanVarianceNormalization"), [3, 2, 2, 2]),
        new("Resize to the nearest", With("Resize", g => ["", g.Constant("scales", [1, 1, 2, 1.5f], 4)]), [1, 2, 3, 4]),
        new("Resize to the nearest below, asymmetric", With("Resize", g => ["", g.Constant("scales", [1, 1, 0.6f, 2], 4)], Text("coordinate_transformation_mode", "asymmetric"), Text("nearest_mode", "floor")), [1, 1, 4, 3]),
        new("Resize by lines", With("Resize", g => ["", "", g.Ints(1, 2, 5, 7)], Text("mode", "linear")), [1, 2, 3, 4]),
        new("Resize by lines, corners aligned", With("Resize", g => ["", "", g.Ints(1, 2, 5, 7)], Text("mode", "linear"), Text("coordinate_transformation_mode", "align_corners")), [1, 2, 3, 4]),
        new("Resize by cubes", With("Resize", g => ["", "", g.Ints(1, 1, 7, 6)], Text("mode", "cubic"), Text("coordinate_transformation_mode", "pytorch_half_pixel")), [1, 1, 4, 4]),
        new("Resize by cubes, nothing outside", With("Resize", g => ["", "", g.Ints(1, 1, 7, 6)], Text("mode", "cubic"), Int("exclude_outside", 1)), [1, 1, 4, 4]),
        new("Resize, operator set 10", With("Resize", g => [g.Constant("scales", [1, 1, 2, 2], 4)], Text("mode", "linear")), [1, 2, 3, 3]) { Opset = 10 },
        new("Resize, operator set 10, to the nearest of fewer", With("Resize", g => [g.Constant("scales", [1, 1, 0.5f, 0.4f], 4)]), [1, 2, 5, 7]) { Opset = 10 },
        new("Upsample, operator set 9", With("Upsample", g => [g.Constant("scales", [1, 1, 2, 3], 4)]), [1, 2, 3, 3]) { Opset = 9 },
        new("Upsample, operator set 7", Op("Upsample", Floats("scales", 1, 1, 2, 3)), [1, 2, 3, 3]) { Opset = 7 },
        new("GridSample", (g, p) => [g.Op("GridSample", [p[0], p[1]])], [1, 2, 4, 4], [1, 3, 3, 2]) { Smooth = false },
        new("LSTM", Many("LSTM", 3, _ => [], Int("hidden_size", 3)), [4, 2, 2], [1, 12, 2], [1, 12, 3]),
        new("LSTM in both directions with biases", Many("LSTM", 3, _ => [], Int("hidden_size", 3), Text("direction", "bidirectional")), [4, 2, 2], [2, 12, 2], [2, 12, 3], [2, 24]),
        new("LSTM with lengths and first states", (g, p) => Lstm(g, [p[0], p[1], p[2], p[3], Lengths(g), p[4], p[5]]), [4, 2, 2], [1, 12, 2], [1, 12, 3], [1, 24], [1, 2, 3], [1, 2, 3]),
        new("LSTM with peepholes", (g, p) => Lstm(g, [p[0], p[1], p[2], "", "", "", "", p[3]]), [4, 2, 2], [1, 12, 2], [1, 12, 3], [1, 9]),
        new("GRU", Many("GRU", 2, _ => [], Int("hidden_size", 3)), [4, 2, 2], [1, 9, 2], [1, 9, 3], [1, 18]),
        new("GRU, linear before reset, backwards", Many("GRU", 2, _ => [], Int("hidden_size", 3), Int("linear_before_reset", 1), Text("direction", "reverse")), [4, 2, 2], [1, 9, 2], [1, 9, 3], [1, 18]),
        new("GRU in both directions with lengths", (g, p) => [.. g.Node("GRU", [p[0], p[1], p[2], "", Lengths(g)], 2, Int("hidden_size", 3), Text("direction", "bidirectional")).Output], [4, 2, 2], [2, 9, 2], [2, 9, 3]),
        new("RNN", Many("RNN", 2, _ => [], Int("hidden_size", 3)), [4, 2, 2], [1, 3, 2], [1, 3, 3], [1, 6]),
    ];

    private static string[] Statistics(GraphBuilder graph) => [graph.Constant("mean", [0.2f, -0.3f], 2), graph.Constant("variance", [0.5f, 2], 2)];

    private static string Lengths(GraphBuilder graph) => graph.Op("Cast", [graph.Ints(4, 2)], Int("to", 6));

    private static string[] Lstm(GraphBuilder graph, string[] inputs) => [.. graph.Node("LSTM", inputs, 3, Int("hidden_size", 3)).Output];
}
